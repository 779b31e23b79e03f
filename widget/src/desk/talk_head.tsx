import { Icon } from "../ui/icons.js";
import { IconButton } from "../ui/kit.js";
import { desk } from "./app.js";
import { DeadlineChip } from "./deadline_chip.js";
import { Glyph, type GlyphName } from "./glyphs.js";
import type { Detail } from "./model.js";
import { Priority } from "./queue_row.js";

export function TalkHead({ detail }: { detail: Detail }) {
  const { conversation, buyer, ticket } = detail;
  return (
    <header class="talk-head">
      <span class="narrow-only"><IconButton icon="back" label={desk.t("back")} testid="back" onClick={() => desk.open(null)} /></span>
      <div class="talk-who">
        <h2>
          <span dir="auto">{buyer.name}</span>
          {buyer.verified && <span class="verified" title={desk.t("talk.verified")}><Icon name="ok" size={16} /><span class="sr">{desk.t("talk.verified")}</span></span>}
          <Priority priority={ticket?.priority} />
          <DeadlineChip ticket={ticket} />
        </h2>
        <p class="talk-sub">
          <span class={`state ${conversation.state}`}>{state(detail)}</span>
          {ticket && <span>{desk.term("reason", ticket.reason)}</span>}
          {ticket?.number && <span class="num">{ticket.number}</span>}
          <Viewers detail={detail} />
        </p>
      </div>
      <Actions detail={detail} />
      <IconButton icon="box" label={desk.t("context.open")} testid="context-toggle" class="iconbtn context-toggle" onClick={() => (desk.context.value = !desk.context.value)} pressed={desk.context.value} />
    </header>
  );
}

function state({ conversation }: Detail): string {
  const { state: now, assignee, snoozed_until } = conversation;
  if (now === "human") return desk.holds(conversation) ? desk.t("talk.assigned.you") : desk.t("talk.assigned", { name: assignee?.name ?? "" });
  if (now === "snoozed" && snoozed_until) return desk.t("state.snoozed.until", { time: desk.time(snoozed_until) });
  return desk.t(`state.${now}`);
}

/** Colleagues who look at the same conversation now. */
function Viewers({ detail }: { detail: Detail }) {
  const others = (desk.store.viewing[detail.conversation.id] ?? []).filter((person) => person.id !== desk.me.value?.id);
  if (!others.length) return null;
  return (
    <span class="viewers" data-testid="viewing">
      <Icon name="eye" size={14} />
      {desk.t("talk.viewing", { names: others.map((person) => person.name).join(", ") })}
    </span>
  );
}

function Actions({ detail }: { detail: Detail }) {
  const mine = desk.holds(detail.conversation);
  return (
    <div class="actions">
      {(desk.may("transfer") || desk.may("assign")) && <Tool glyph="transfer" act="transfer" hint="a" onClick={() => (desk.dialog.value = "transfer")} />}
      {desk.may("snooze") && <Tool icon="clock" act="snooze" hint="s" onClick={() => (desk.dialog.value = "snooze")} />}
      {desk.may("giveback") && <Tool icon="spark" act="giveback" onClick={() => void desk.change("giveback", {})} />}
      {desk.may("claim") && <Main act="claim" hint="c" />}
      {desk.may("takeover") && <Main act="takeover" hint="c" />}
      {desk.may("resume") && <Main act="resume" hint="c" />}
      {desk.may("resolve") && (
        <button type="button" class={mine ? "btn primary" : "btn line"} data-testid="resolve" title={`${desk.t("act.resolve")} (e)`} onClick={() => (desk.dialog.value = "resolve")}>
          <Icon name="check" size={18} /><span>{desk.t("act.resolve")}</span>
        </button>
      )}
      {desk.may("reopen") && (
        <button type="button" class="btn line" data-testid="reopen" onClick={() => void desk.change("reopen", {})}><Icon name="undo" size={18} /><span>{desk.t("act.reopen")}</span></button>
      )}
    </div>
  );
}

function Main({ act, hint }: { act: "claim" | "takeover" | "resume"; hint: string }) {
  return (
    <button type="button" class="btn primary" data-testid={act} title={`${desk.t(`act.${act}`)} (${hint})`} onClick={() => desk.claim()}>
      <Icon name="headset" size={18} /><span>{desk.t(`act.${act}`)}</span>
    </button>
  );
}

function Tool({ glyph, icon, act, hint, onClick }: { glyph?: GlyphName; icon?: "clock" | "spark"; act: "transfer" | "snooze" | "giveback"; hint?: string; onClick: () => void }) {
  const label = desk.t(`act.${act}`);
  return (
    <button type="button" class="iconbtn" title={hint ? `${label} (${hint})` : label} aria-label={label} data-testid={act} onClick={onClick}>
      {glyph ? <Glyph name={glyph} size={19} /> : icon && <Icon name={icon} size={19} />}
    </button>
  );
}
