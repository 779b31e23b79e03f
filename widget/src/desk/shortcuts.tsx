import { desk } from "./app.js";
import { DialogFrame } from "./dialog_frame.js";
import { SHORTCUTS } from "./keys.js";

export function Shortcuts() {
  const rows: [string[], string][] = [...SHORTCUTS.map((one) => [one.keys, desk.t(one.word)] as [string[], string]), [["Ctrl", "K"], desk.t("key.palette")]];
  return (
    <DialogFrame title={desk.t("shortcuts")} sub={desk.t("shortcuts.sub")} testid="shortcuts">
      <dl class="keys-list">
        {rows.map(([keys, text]) => (
          <div key={text}>
            <dt>{text}</dt>
            <dd>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input type="checkbox" checked={desk.keysOn.value} data-testid="shortcuts-on" onChange={(e) => desk.setKeys(e.currentTarget.checked)} />
        <span>{desk.t("shortcuts.on")}</span>
      </label>
    </DialogFrame>
  );
}
