import { useState } from "preact/hooks";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";

const WAYS = ["answered", "refunded", "reissued", "refused", "withdrawn", "other"] as const;

export function ResolveDialog() {
  const [way, setWay] = useState<(typeof WAYS)[number]>("answered");
  const [more, setMore] = useState("");
  const go = () => {
    const said = desk.t(`resolve.${way}`);
    const resolution = [way === "other" && more.trim() ? "" : said, more.trim()].filter(Boolean).join(desk.locale.peek() === "en" ? ": " : "：");
    close();
    void desk.change("resolve", { resolution });
  };
  return (
    <DialogFrame title={desk.t("resolve.title")} sub={desk.t("resolve.sub")} testid="dialog-resolve" submit={go}>
      <fieldset class="picks">
        <legend>{desk.t("resolve.how")}</legend>
        {WAYS.map((one) => (
          <label key={one} class="pick">
            <input type="radio" name="way" checked={way === one} autoFocus={one === "answered"} data-testid={`resolve-${one}`} onChange={() => setWay(one)} />
            <span>{desk.t(`resolve.${one}`)}</span>
          </label>
        ))}
      </fieldset>
      <textarea class="dialog-text" rows={2} maxLength={1000} value={more} placeholder={desk.t("resolve.more")} aria-label={desk.t("resolve.more")} data-testid="resolve-more" onInput={(e) => setMore(e.currentTarget.value)} />
      <DialogFoot can label={desk.t("act.resolve")} />
    </DialogFrame>
  );
}
