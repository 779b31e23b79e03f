import { useState } from "preact/hooks";
import type { Conversation } from "../core/frames.js";
import { clockTime } from "../core/format.js";
import { Button, IconButton } from "../ui/kit.js";
import { Icon } from "../ui/icons.js";
import type { App } from "./app.js";

/** A person, one tap away, at every turn and hour. */
export function PersonButton({ app, id, conversation }: { app: App; id: string; conversation: Conversation | null }) {
  const [busy, setBusy] = useState(false);
  if (conversation?.state === "human") return null;
  const waiting = conversation?.state === "waiting";
  const label = app.t(waiting ? "handoff.done" : "handoff.ask");
  const ask = async () => {
    setBusy(true);
    await app.person(id).catch(() => {});
    setBusy(false);
  };
  return (
    <button type="button" class="person" data-testid="handoff-button" disabled={busy || waiting} aria-label={`${label} · ${app.t("handoff.ask.long")}`} onClick={ask}>
      <Icon name="headset" size={18} />
      <span>{label}</span>
    </button>
  );
}

/** Where one stands in the queue, or who is here. */
export function HandoffStrip({ app, conversation }: { app: App; conversation: Conversation }) {
  const told = app.client.store.handoffs[conversation.id];
  if (conversation.state === "human") {
    const name = conversation.assignee?.name ?? told?.agent;
    if (!name) return null;
    return (
      <div class="strip person-here" role="status" data-testid="handoff-joined">
        <Icon name="ok" size={16} />
        <span><b>{app.t("handoff.joined", { name })}</b> · {app.t("handoff.brief")}</span>
      </div>
    );
  }
  if (conversation.state !== "waiting") return null;
  return <Queue app={app} position={told?.position ?? null} eta={told?.eta_s ?? null} />;
}

function Queue({ app, position, eta }: { app: App; position: number | null; eta: number | null }) {
  const info = app.info.value;
  const closed = info && !info.open_now && info.next_open;
  const ahead = position === null ? "" : position > 0 ? app.t("handoff.ahead", { n: position }) : app.t("handoff.next");
  const minutes = eta ? app.t("handoff.eta", { n: Math.max(1, Math.round(eta / 60)) }) : "";
  return (
    <div class="queue" role="status" data-testid="handoff-queue">
      <span class="queue-mark" aria-hidden="true"><Icon name={closed ? "clock" : "headset"} size={18} /></span>
      <div>
        <b class="num">{[app.t(closed ? "handoff.booked" : "handoff.waiting"), closed ? "" : ahead, closed ? "" : minutes].filter(Boolean).join(" · ")}</b>
        <p>{closed ? app.t("handoff.closed", { time: clockTime(info.next_open ?? "", app.locale.value) }) : app.t("handoff.keep")}</p>
      </div>
      {!closed && <i class="queue-bar" aria-hidden="true" />}
    </div>
  );
}

/** The end of a conversation asks one question. */
export function ResolvedAsk({ app, conversation }: { app: App; conversation: Conversation }) {
  const [said, setSaid] = useState(false);
  const rating = app.client.features["rating"] === true;
  const yes = () => {
    setSaid(true);
    if (rating) void app.client.rate(conversation.id, 5, [], "").catch(() => {});
  };
  return (
    <div class="resolved" data-testid="resolved">
      <Icon name="ok" size={22} />
      <b>{app.t(said ? "resolved.thanks" : "resolved.ask")}</b>
      {!said && (
        <div class="pair">
          <Button onClick={yes} testid="resolved-yes">{app.t("resolved.yes")}</Button>
          <Button onClick={() => app.ask(null)} testid="resolved-no">{app.t("resolved.no")}</Button>
        </div>
      )}
      {said && rating && <Stars app={app} conversation={conversation} />}
    </div>
  );
}

function Stars({ app, conversation }: { app: App; conversation: Conversation }) {
  const [score, setScore] = useState(0);
  const pick = (n: number) => {
    setScore(n);
    void app.client.rate(conversation.id, n, [], "").catch(() => {});
  };
  return (
    <div class="stars" role="group" aria-label={app.t("rate.ask")}>
      {[1, 2, 3, 4, 5].map((n) => <IconButton key={n} icon="star" label={app.t("rate.star", { n })} pressed={n <= score} onClick={() => pick(n)} />)}
    </div>
  );
}
