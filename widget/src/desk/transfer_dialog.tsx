import { useState } from "preact/hooks";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import { Glyph } from "./glyphs.js";
import type { Colleague } from "./model.js";

const ORDER = { online: 0, away: 1, offline: 2 } as const;

function full({ load, capacity }: Colleague): boolean {
  return capacity !== undefined && (load ?? 0) >= capacity;
}

/** Whoever is away, gone, or has as many as they can, is not offered. */
function takes(agent: Colleague): boolean {
  return agent.presence === "online" && !full(agent);
}

function loadOf(agent: Colleague): string {
  const load = { n: agent.load ?? 0, of: agent.capacity ?? "–" };
  return full(agent) ? desk.t("transfer.load.full", load) : desk.t("transfer.load", load);
}

export function TransferDialog() {
  const head = desk.detail?.conversation;
  const waiting = head?.state === "waiting";
  const others = Object.values(desk.store.agents)
    .filter((agent) => agent.id !== head?.assignee?.id && (agent.id !== desk.me.value?.id || desk.senior))
    .sort((a, b) => Number(full(a)) - Number(full(b)) || ORDER[a.presence] - ORDER[b.presence] || (a.load ?? 0) - (b.load ?? 0));
  // Where the queue alone takes it there is nothing to choose.
  const [to, setTo] = useState<string | null | undefined>(!waiting && !others.some(takes) ? null : undefined);
  const [note, setNote] = useState("");
  const go = () => {
    close();
    void desk.pass(to ?? null, note.trim());
  };
  return (
    <DialogFrame title={desk.t("transfer.title")} testid="dialog-transfer" submit={go}>
      <div class="people" role="radiogroup" aria-label={desk.t("transfer.title")}>
        {!waiting && (
          <label class="person">
            <input type="radio" name="to" checked={to === null} data-testid="transfer-queue" onChange={() => setTo(null)} />
            <span class="face" aria-hidden="true"><Glyph name="inbox" size={16} /></span>
            <span><b>{desk.t("transfer.queue")}</b><small>{desk.t("transfer.queue.sub")}</small></span>
          </label>
        )}
        {others.map((agent) => (
          <label class={takes(agent) ? "person" : "person off"} key={agent.id}>
            <input type="radio" name="to" checked={to === agent.id} disabled={!takes(agent)} data-testid={`transfer-${agent.id}`} onChange={() => setTo(agent.id)} />
            <span class="face" aria-hidden="true">{Array.from(agent.name)[0]?.toUpperCase()}<i class={`dot ${agent.presence}`} /></span>
            <span><b dir="auto">{agent.name}</b><small class="num">{desk.t(`presence.${agent.presence}`)} · {loadOf(agent)}</small></span>
          </label>
        ))}
        {others.length === 0 && <p class="faint">{desk.t("transfer.alone")}</p>}
      </div>
      <textarea class="dialog-text note" rows={3} maxLength={2000} value={note} placeholder={desk.t("transfer.note")} aria-label={desk.t("transfer.note")} data-testid="transfer-note" onInput={(e) => setNote(e.currentTarget.value)} />
      <DialogFoot can={to !== undefined} label={desk.t("act.transfer")} />
    </DialogFrame>
  );
}
