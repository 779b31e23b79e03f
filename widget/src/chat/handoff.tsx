import { useEffect, useState } from "preact/hooks";
import type { Conversation, TicketPart } from "../core/frames.js";
import { shopTime } from "../core/format.js";
import { Icon, type IconName } from "../ui/icons.js";
import type { App } from "./app.js";

/** A person, one tap away, at every turn and hour. In the queue it says so; beside a person nothing is left to ask for. */
export function PersonButton({ app, id, conversation }: { app: App; id: string; conversation: Conversation | null }) {
  const [busy, setBusy] = useState(false);
  if (conversation?.state === "human") return null;
  const waiting = conversation?.state === "waiting";
  const label = app.t(waiting ? "handoff.inqueue" : "handoff.ask");
  const ask = async () => {
    setBusy(true);
    await app.person(id).catch(() => {});
    setBusy(false);
  };
  return (
    <button type="button" class="person" data-testid="handoff-button" disabled={busy || waiting} aria-label={`${label} · ${app.t("handoff.ask.long")}`} onClick={ask}>
      <Icon name={waiting ? "clock" : "headset"} size={18} />
      <span>{label}</span>
    </button>
  );
}

/** Whoever has the case, by name; null while nobody has. */
export function personOf(app: App, conversation: Conversation | null): string | null {
  if (conversation?.state !== "human" && conversation?.state !== "snoozed") return null;
  return conversation.assignee?.name ?? app.client.store.handoffs[conversation.id]?.agent ?? null;
}

/** Having the case is not yet being here: a person is once they have written or stepped in. */
function hasJoined(app: App, conversation: Conversation, name: string): boolean {
  if (conversation.joined_at || app.client.store.handoffs[conversation.id]?.stage === "joined") return true;
  return conversation.messages.some((m) => m.author.kind === "agent" && m.author.name === name);
}

/** Where one stands in the queue, or who is here. */
export function HandoffStrip({ app, conversation }: { app: App; conversation: Conversation }) {
  const stage = app.client.store.handoffs[conversation.id]?.stage;
  if (conversation.state === "waiting") return <Queue app={app} conversation={conversation} />;
  const name = personOf(app, conversation);
  if (name && conversation.state === "snoozed") return <Told icon="clock" testid="handoff-snoozed" bold={app.t("handoff.snoozed", { name })} />;
  if (name && hasJoined(app, conversation, name)) {
    return <Told icon="ok" testid="handoff-joined" good bold={app.t("handoff.joined", { name })} text={app.t("handoff.brief")} />;
  }
  if (name) return <Told icon="headset" testid="handoff-assigned" good bold={app.t("handoff.assigned", { name })} text={app.t("handoff.reading")} />;
  if (stage === "returned") return <Told icon="spark" testid="handoff-returned" bold={app.t("handoff.returned")} text={app.t("handoff.again")} />;
  return null;
}

function Told(props: { icon: IconName; testid: string; bold: string; text?: string; good?: boolean }) {
  return (
    <div class={props.good ? "strip person-here" : "strip"} role="status" data-testid={props.testid}>
      <Icon name={props.icon} size={16} />
      <span><b>{props.bold}</b>{props.text && ` · ${props.text}`}</span>
    </div>
  );
}

const SOON_MS = 3_600_000;
const TICK_MS = 20_000;

/** Minutes where they are few, else the shop's clock: nobody counts on 630 minutes. */
function whenOf(app: App, due: string | null): string {
  if (due === null) return "";
  const left = Date.parse(due) - Date.now();
  if (left < 0) return app.t("handoff.late");
  if (left < SOON_MS) return app.t("handoff.within", { n: Math.max(1, Math.ceil(left / 60_000)) });
  return app.t("handoff.by", { time: shopTime(due, app.locale.value, app.info.value?.timezone) });
}

/** Drawn anew from time to time: what is said of a wait is to be true whenever one looks. */
function useMinutes(): void {
  const [, again] = useState(0);
  useEffect(() => {
    const tick = setInterval(() => again((n) => n + 1), TICK_MS);
    return () => clearInterval(tick);
  }, []);
}

function Queue({ app, conversation }: { app: App; conversation: Conversation }) {
  const position = app.client.store.handoffs[conversation.id]?.position ?? null;
  const info = app.info.value;
  const closed = info && !info.open_now && info.next_open;
  const ahead = position === null ? "" : position > 0 ? app.t("handoff.ahead", { n: position }) : app.t("handoff.next");
  useMinutes();
  const when = whenOf(app, dueOf(app, conversation));
  const back = closed ? app.t("handoff.closed", { time: shopTime(info.next_open ?? "", app.locale.value, info.timezone) }) : "";
  return (
    <div class="queue" data-testid="handoff-queue" data-open={!closed}>
      <span class="queue-mark" aria-hidden="true">
        {position !== null && position > 0 && !closed ? <b class="num">{position}</b> : <Icon name={closed ? "clock" : "headset"} size={18} />}
      </span>
      <div>
        <b class="num" role="status">{[app.t(closed ? "handoff.booked" : "handoff.waiting"), closed ? "" : ahead].filter(Boolean).join(" · ")}</b>
        {(back || when) && <p class="queue-when num">{[back, when].filter(Boolean).join(" · ")}</p>}
        <p>{app.t("handoff.keep")}</p>
      </div>
      {!closed && <i class="queue-bar" aria-hidden="true" />}
    </div>
  );
}

/** Work that follows a decision waits in a queue of its own, and nobody joins the chat for it. */
const WITHOUT_PERSON = new Set(["refunds", "fulfilment"]);

/** By when somebody answers: what the latest ticket of this conversation promises. */
function dueOf(app: App, conversation: Conversation): string | null {
  const told = app.client.store.tickets;
  const parts = conversation.messages.flatMap((m) => m.parts.filter((p): p is TicketPart => p.type === "ticket"));
  // A ticket's event holds all that its card shows.
  const events = Object.values(told).filter((t) => t["conversation"] === conversation.id) as unknown as TicketPart[];
  const all = [...parts.map((p) => ({ ...p, ...(told[p.id] as Partial<TicketPart> | undefined) })), ...events];
  const open = all.filter((t) => t.due_at && t.state !== "resolved" && t.state !== "closed" && !WITHOUT_PERSON.has(t.queue));
  return open[open.length - 1]?.due_at ?? null;
}
