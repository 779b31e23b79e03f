import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { shopTime } from "../core/format.js";
import { desk } from "./app.js";
import type { BulkAction, Told } from "./bulk.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import { takesTheHand } from "./focus.js";
import type { Macro, Row } from "./model.js";
import { presets } from "./shop_time.js";

const PRIORITIES = ["urgent", "high", "normal", "low"];
const TAG = /^[\p{L}\p{N}_.-]{1,32}$/u;

/** The same for several: what it needs, how far it is, and what became of each. */
export function BulkDialog() {
  const action = desk.bulk.action.value ?? "tag";
  const [rows] = useState(() => [...desk.bulk.picked.peek()].flatMap((id) => desk.row(id) ?? []));
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const told = desk.bulk.told.value;
  const can = !busy && (action === "resolve" || (action === "tag" ? TAG.test(value) : value !== ""));
  const go = () => {
    if (!can) return;
    setBusy(true);
    void run(action, rows, value).finally(() => (setBusy(false), desk.reread()));
  };
  if (told) return <DialogFrame title={desk.t(`bulk.${action}.title`)} testid="dialog-bulk" submit={close}><Outcome told={told} /></DialogFrame>;
  return (
    <DialogFrame title={desk.t(`bulk.${action}.title`)} sub={desk.t("bulk.n", { n: rows.length })} testid="dialog-bulk" submit={go}>
      {busy ? <progress class="bulk-progress" max={rows.length} value={desk.bulk.done.value} aria-label={desk.t("bulk.busy")} /> : <Asked action={action} value={value} set={setValue} />}
      <DialogFoot can={can} label={desk.t("bulk.go", { n: rows.length })} />
    </DialogFrame>
  );
}

function run(action: BulkAction, rows: readonly Row[], value: string): Promise<void> {
  return desk.bulk[action](rows, value.trim());
}

function Asked({ action, value, set }: { action: BulkAction; value: string; set(value: string): void }) {
  const choice = (key: string, label: ComponentChildren) => (
    <label class="person" key={key}>
      <input type="radio" name="bulk" checked={value === key} data-testid={`bulk-value-${key}`} onChange={() => set(key)} />
      <span>{label}</span>
    </label>
  );
  if (action === "priority") return <div class="people" role="radiogroup" aria-label={desk.t("ticket.priority")}>{PRIORITIES.map((one) => choice(one, desk.term("priority", one)))}</div>;
  if (action === "assign") return <div class="people" role="radiogroup" aria-label={desk.t("transfer.title")}>{Object.values(desk.store.agents).map((agent) => choice(agent.id, <b dir="auto">{agent.name}</b>))}</div>;
  if (action === "snooze") return <div class="people" role="radiogroup" aria-label={desk.t("snooze.title")}>{presets(new Date(), desk.zone.value).map(([key, at]) => choice(at.toISOString(), <><b>{desk.t(`snooze.${key}`)}</b> <span class="num faint">{shopTime(at.toISOString(), desk.locale.value, desk.zone.value)}</span></>))}</div>;
  if (action === "macro") return <Chosen choice={choice} />;
  const label = desk.t(action === "tag" ? "bulk.tag.label" : "bulk.resolve.label");
  if (action === "tag") return <input class="dialog-text" value={value} maxLength={32} placeholder={label} aria-label={label} data-testid="bulk-value" onInput={(e) => set(e.currentTarget.value)} />;
  return <textarea class="dialog-text note" rows={3} maxLength={2000} value={value} placeholder={label} aria-label={label} data-testid="bulk-value" onInput={(e) => set(e.currentTarget.value)} />;
}

/** Each buyer gets it in the own language, filled from the own case. */
function Chosen({ choice }: { choice(key: string, label: ComponentChildren): ComponentChildren }) {
  const [macros, setMacros] = useState<Macro[]>([]);
  useEffect(() => void desk.api.macros().then(setMacros, () => {}), []);
  const one = [...new Map([...macros].sort((a) => (a.lang === desk.locale.value ? 1 : -1)).map((macro) => [macro.id, macro])).values()];
  return <div class="people" role="radiogroup" aria-label={desk.t("macros")}>{one.map((macro) => choice(macro.id, <><b dir="auto">{macro.title}</b><small dir="auto">{macro.text}</small></>))}</div>;
}

function Outcome({ told }: { told: readonly Told[] }) {
  const refused = told.filter((one) => one.why);
  return (
    <>
      <p role="status" data-testid="bulk-told" data-done={told.length - refused.length} data-refused={refused.length}>{desk.t(refused.length ? "bulk.told.some" : "bulk.told", { n: told.length - refused.length, m: refused.length })}</p>
      {refused.length > 0 && (
        <ul class="bulk-refused">
          {refused.map((one) => (
            <li key={one.id} data-testid="bulk-refused"><b class="num">{one.number}</b> <span dir="auto">{one.name}</span><small>{one.why}</small></li>
          ))}
        </ul>
      )}
      <footer class="dialog-foot"><button type="submit" ref={takesTheHand} class="btn primary" data-testid="dialog-submit">{desk.t("close")}</button></footer>
    </>
  );
}
