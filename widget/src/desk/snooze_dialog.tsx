import { useState } from "preact/hooks";
import { clockTime } from "../core/format.js";
import { desk } from "./app.js";
import { close, DialogFrame } from "./dialog_frame.js";

const HOUR = 3_600_000;

function morning(daysOn: number): Date {
  const at = new Date();
  at.setDate(at.getDate() + daysOn);
  at.setHours(9, 0, 0, 0);
  return at;
}

function choices(): [key: "1h" | "3h" | "tomorrow" | "week", at: Date][] {
  const monday = ((8 - new Date().getDay()) % 7) || 7;
  return [["1h", new Date(Date.now() + HOUR)], ["3h", new Date(Date.now() + 3 * HOUR)], ["tomorrow", morning(1)], ["week", morning(monday)]];
}

export function SnoozeDialog() {
  const [own, setOwn] = useState("");
  const go = (at: Date) => {
    close();
    void desk.change("snooze", { until: at.toISOString() });
  };
  const at = own ? new Date(own) : null;
  const can = at !== null && at.getTime() > Date.now();
  const submit = () => at && can && go(at);
  return (
    <DialogFrame title={desk.t("snooze.title")} sub={desk.t("snooze.sub")} testid="dialog-snooze" submit={submit}>
      <div class="times">
        {choices().map(([key, when]) => (
          <button type="button" key={key} class="time-pick" data-testid={`snooze-${key}`} onClick={() => go(when)}>
            <b>{desk.t(`snooze.${key}`)}</b>
            <span class="num faint">{clockTime(when.toISOString(), desk.locale.value)}</span>
          </button>
        ))}
      </div>
      <div class="own-time">
        <label><span>{desk.t("snooze.custom")}</span><input type="datetime-local" value={own} data-testid="snooze-custom" onInput={(e) => setOwn(e.currentTarget.value)} /></label>
        <button type="submit" class="btn primary" disabled={!can} data-testid="dialog-submit">{desk.t("act.snooze")}</button>
      </div>
    </DialogFrame>
  );
}
