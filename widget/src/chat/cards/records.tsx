import type { ArticlePart, HandoffPart, RefundPart, TicketPart } from "../../core/frames.js";
import { money, shopTime } from "../../core/format.js";
import { Card, Chip, Facts } from "../../ui/kit.js";
import { Icon } from "../../ui/icons.js";
import type { App } from "../app.js";
import type { CardProps } from "./index.js";

export function TicketCard({ app, part }: CardProps<TicketPart>) {
  const now = { ...part, ...(app.client.store.tickets[part.id] as Partial<TicketPart> | undefined) };
  const due = now.due_at && Date.parse(now.due_at) > Date.now() ? shopTime(now.due_at, app.locale.value, app.info.value?.timezone) : app.t("ticket.passed");
  const urgent = now.priority === "urgent" || now.priority === "high";
  return (
    <Card icon="ticket" type="ticket" title={app.t("ticket.title")} side={<Chip tone={now.state === "resolved" ? "good" : "accent"}>{stateWord(app, part, now.state)}</Chip>}>
      <Facts
        rows={[
          [app.t("ticket.reason"), now.reason_label],
          urgent && [app.t("ticket.priority"), <Chip tone="warn">{now.priority_label}</Chip>],
          now.due_at !== null && now.state !== "resolved" && now.state !== "closed" && [app.t("ticket.due"), <span class="num">{due}</span>],
        ]}
      />
      <p class="proof">{app.t("ticket.number")} <code>{now.number ?? now.id}</code></p>
    </Card>
  );
}

/** The card's own word while it holds; what came after it is said in ours. */
function stateWord(app: App, part: TicketPart, state: string): string {
  return state === part.state ? part.state_label : app.tk(`ticket.state.${state}`, "ticket.state.open");
}

/** One line: the message above says the rest, and saying it twice would only be longer. */
export function HandoffCard({ app, conversation, message, part }: CardProps<HandoffPart>) {
  const { conversations, handoffs } = app.client.store;
  const closed = app.info.value?.open_now === false;
  const asked = part.stage === "requested" || part.stage === "queued";
  const newest = conversations[conversation]?.messages.filter((m) => m.parts.some((p) => p.type === "handoff")).pop();
  const waiting = asked && conversations[conversation]?.state === "waiting" && (newest?.id ?? message.id) === message.id;
  if (asked && !waiting) return <HandoffPast app={app} />;
  const position = handoffs[conversation]?.position ?? part.position;
  const ahead = position ? app.t("handoff.ahead", { n: position }) : app.t("handoff.next");
  const text = waiting && message.text.includes(part.text) ? app.t(closed ? "handoff.booked" : "handoff.waiting") : part.text;
  return (
    <section class="card line" data-testid="card-handoff" data-stage={part.stage}>
      <Icon name={closed && waiting ? "clock" : "headset"} size={18} />
      <span dir="auto">{text}</span>
      {waiting && position !== null && !closed && <Chip tone="accent">{ahead}</Chip>}
    </section>
  );
}

/** A place in a queue that has been left is no longer told. */
function HandoffPast({ app }: { app: App }) {
  return (
    <section class="card line" data-testid="card-handoff" data-stage="past">
      <Icon name="headset" size={18} />
      <span class="faint">{app.t("handoff.done")}</span>
    </section>
  );
}

export function ArticleCard({ app, part }: CardProps<ArticlePart>) {
  const open = () => (app.sheet.value = { n: 0, kind: "article", id: part.id, title: part.title, quote: "" });
  return (
    <button type="button" class="card line link-card" data-testid="card-article" onClick={open}>
      <Icon name="doc" size={18} />
      <span>
        <b dir="auto">{part.title}</b>
        <small>{app.t("article.open")}</small>
      </span>
      <Icon name="right" size={16} />
    </button>
  );
}

const STAGES = ["submitted", "review", "executing", "done"] as const;
/** How many stages are behind a refund in this state; null for one that goes no further. */
const BEHIND: Record<string, number | null> = { requested: 1, approved: 2, executing: 2, in_doubt: 2, done: 4, failed: null, cancelled: null };
const ENDS: Record<string, "good" | "bad" | "warn" | "neutral"> = { done: "good", failed: "bad", cancelled: "neutral", in_doubt: "warn" };

/** What is to be expected where the steps do not tell. */
const NEXT: Record<string, "refund.next.failed" | "refund.next.in_doubt"> = { failed: "refund.next.failed", in_doubt: "refund.next.in_doubt" };

/** The state in words first: the steps only show how far that is. */
export function RefundCard({ app, part }: CardProps<RefundPart>) {
  const behind = part.state in BEHIND ? (BEHIND[part.state] ?? null) : 0;
  const next = NEXT[part.state];
  const given = part.kind === "reissue" || part.kind === "coupon";
  const named = (state: string) => (given && (state === "executing" || state === "done") ? `given.${state}` : `refund.state.${state}`);
  const word = app.tk(named(part.state), "refund.submitted");
  return (
    <Card icon="undo" type="refund" title={app.t(given ? "given.title" : "refund.title")} side={<Chip tone={ENDS[part.state] ?? "accent"}>{word}</Chip>}>
      {part.amount && <p class="amount"><span>{app.t(given ? "given.worth" : "decision.refund")}</span><b class="num">{money(part.amount, part.currency ?? null)}</b></p>}
      {behind !== null && (
        <ol class="stepper" aria-hidden="true">
          {STAGES.map((stage, i) => (
            <li key={stage} class={i < behind ? "behind" : i === behind ? "now" : ""}>
              <i>{i < behind && <Icon name="check" size={12} />}</i>
              <span>{app.t(given && (stage === "executing" || stage === "done") ? `given.${stage}` : `refund.${stage}`)}</span>
            </li>
          ))}
        </ol>
      )}
      {next && <p class="card-text">{app.t(next)}</p>}
    </Card>
  );
}
