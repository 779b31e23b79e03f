import { useState } from "preact/hooks";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import { Glyph } from "./glyphs.js";

const ORDER = { online: 0, away: 1, offline: 2 } as const;

export function TransferDialog() {
  const head = desk.detail?.conversation;
  const waiting = head?.state === "waiting";
  const others = Object.values(desk.store.agents)
    .filter((agent) => agent.id !== head?.assignee?.id && (agent.id !== desk.me.value?.id || desk.senior))
    .sort((a, b) => ORDER[a.presence] - ORDER[b.presence] || (a.load ?? 0) - (b.load ?? 0));
  const [to, setTo] = useState<string | null | undefined>(undefined);
  const [note, setNote] = useState("");
  const go = () => {
    close();
    void desk.change("transfer", { to: to ?? null, note: note.trim() });
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
          <label class="person" key={agent.id}>
            <input type="radio" name="to" checked={to === agent.id} data-testid={`transfer-${agent.id}`} onChange={() => setTo(agent.id)} />
            <span class="face" aria-hidden="true">{Array.from(agent.name)[0]?.toUpperCase()}<i class={`dot ${agent.presence}`} /></span>
            <span><b dir="auto">{agent.name}</b><small>{desk.t(`presence.${agent.presence}`)} · {desk.t("transfer.load", { n: agent.load ?? 0 })}</small></span>
          </label>
        ))}
        {others.length === 0 && <p class="faint">{desk.t("transfer.alone")}</p>}
      </div>
      <textarea class="dialog-text note" rows={3} maxLength={2000} value={note} placeholder={desk.t("transfer.note")} aria-label={desk.t("transfer.note")} data-testid="transfer-note" onInput={(e) => setNote(e.currentTarget.value)} />
      <DialogFoot can={to !== undefined} label={desk.t("act.transfer")} />
    </DialogFrame>
  );
}
