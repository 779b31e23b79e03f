import { stateTone } from "../core/state.js";
import { plain } from "../core/markdown.js";
import { Icon } from "../ui/icons.js";
import { Chip } from "../ui/kit.js";
import { desk } from "./app.js";
import { DeadlineChip } from "./deadline_chip.js";
import { Glyph } from "./glyphs.js";
import type { Row, View } from "./model.js";
import { TagChip } from "./risk.js";

interface Props {
  row: Row;
  view: View;
  /** It has left this view under the reader's hand. */
  gone: boolean;
  /** The message in which it was found. */
  said: string | undefined;
}

export function QueueRow({ row, view, gone, said }: Props) {
  const { conversation, ticket, buyer, order } = row;
  const here = desk.opened.value === conversation.id;
  const at = desk.cursor.value === conversation.id;
  const picked = desk.bulk.picked.value.has(conversation.id);
  return (
    <>
      <button
        type="button"
        class={`row${gone ? " gone" : ""}${at ? " at" : ""}${row.unread ? " unread" : ""}${picked ? " picked" : ""}`}
        aria-current={here ? "true" : undefined}
        data-testid="queue-row"
        data-conversation={conversation.id}
        data-state={conversation.state}
        onFocus={() => (desk.cursor.value = conversation.id)}
        onClick={(e) => (e.shiftKey || e.ctrlKey || e.metaKey ? desk.bulk.toggle(conversation.id, desk.shown, e.shiftKey) : desk.open(conversation.id))}
      >
        <span class="row-top">
          {row.unread && <i class="unread-dot" data-testid="unread"><span class="sr">{desk.t("row.unread")}</span></i>}
          <b class="row-name" dir="auto">{buyer.name}</b>
          {conversation.lang && <span class="lang">{desk.t(conversation.lang === "en" ? "lang.en" : "lang.zh-CN")}</span>}
          <Priority priority={ticket?.priority} />
          <span class="row-gap" />
          {gone ? <small>{desk.t("queue.gone")}</small> : <DeadlineChip ticket={ticket} />}
        </span>
        <span class="row-line" dir="auto">{said ? plain(said) : last(row)}</span>
        <span class="row-meta">
          {ticket && <span class="reason">{desk.term("reason", ticket.reason)}</span>}
          {ticket?.tags?.map((tag) => <TagChip key={tag} tag={tag} />)}
          {order?.state && <Chip tone={stateTone(order.state)}>{desk.term("state", order.state)}</Chip>}
          {view !== "waiting" && view !== "mine" && <span class="who">{who(row)}</span>}
        </span>
      </button>
      <button type="button" role="checkbox" class="row-pick" aria-checked={picked} aria-label={desk.t("row.pick", { name: buyer.name })} data-testid="row-pick" onClick={(e) => desk.bulk.toggle(conversation.id, desk.shown, e.shiftKey)}>
        {picked && <Icon name="check" size={14} />}
      </button>
    </>
  );
}

export function Priority({ priority }: { priority: string | undefined }) {
  if (priority !== "urgent" && priority !== "high") return null;
  return <span class={`priority ${priority}`} title={desk.term("priority", priority)}><Glyph name="flag" size={14} /><span class="sr">{desk.term("priority", priority)}</span></span>;
}

/** What a person said last. Where that was the assistant or the system, what it is about says more. */
function last({ last: line, conversation }: Row): string {
  const spoken = line?.author_kind === "buyer" || line?.author_kind === "agent";
  if (!line || (!spoken && conversation.subject)) return conversation.subject ?? "";
  const mine = line.author_kind === "agent" && desk.holds(conversation);
  const by = line.author_kind === "agent" ? (mine ? "row.you" : "row.agent") : line.author_kind === "assistant" ? "row.assistant" : null;
  return (by ? desk.t(by) : "") + (plain(line.text) || desk.t("row.files"));
}

function who({ conversation }: Row): string {
  if (conversation.state !== "human") return desk.t(`state.${conversation.state}`);
  return desk.holds(conversation) ? desk.t("who.you") : (conversation.assignee?.name ?? "");
}
