import { useState } from "preact/hooks";
import { shopTime } from "../core/format.js";
import { desk } from "./app.js";
import { close, DialogFrame } from "./dialog_frame.js";
import { ownMoment, presets } from "./shop_time.js";

/** Until when: by the shop's clock, whatever the agent's own shows. */
export function SnoozeDialog() {
  const [own, setOwn] = useState("");
  const zone = desk.zone.value;
  const go = (at: Date) => {
    close();
    void desk.change("snooze", { until: at.toISOString() });
  };
  const at = ownMoment(own, zone);
  const can = at !== null && at.getTime() > Date.now();
  const submit = () => at && can && go(at);
  const elsewhere = zone !== undefined && zone !== Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <DialogFrame title={desk.t("snooze.title")} sub={desk.t("snooze.sub")} testid="dialog-snooze" submit={submit}>
      <div class="times">
        {presets(new Date(), zone).map(([key, when]) => (
          <button type="button" key={key} class="time-pick" data-testid={`snooze-${key}`} data-at={when.toISOString()} onClick={() => go(when)}>
            <b>{desk.t(`snooze.${key}`)}</b>
            <span class="num faint">{shopTime(when.toISOString(), desk.locale.value, zone)}</span>
          </button>
        ))}
      </div>
      <div class="own-time">
        <label><span>{desk.t("snooze.custom")}</span><input type="datetime-local" value={own} data-testid="snooze-custom" onInput={(e) => setOwn(e.currentTarget.value)} /></label>
        <button type="submit" class="btn primary" disabled={!can} data-testid="dialog-submit">{desk.t("act.snooze")}</button>
      </div>
      {elsewhere && <p class="faint">{desk.t("snooze.zone", { zone })}</p>}
    </DialogFrame>
  );
}
