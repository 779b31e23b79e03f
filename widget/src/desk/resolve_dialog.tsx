import { useEffect, useState } from "preact/hooks";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import { Owed, useOwed } from "./owed.js";

const WAYS = ["answered", "refunded", "reissued", "refused", "withdrawn", "other"] as const;

export function ResolveDialog({ conversation }: { conversation: string }) {
  const owed = useOwed(conversation);
  const [known, setKnown] = useState(false);
  const [pressed, setPressed] = useState(false);
  const can = owed === null || owed.length === 0 || known;
  const [way, setWay] = useState<(typeof WAYS)[number]>("answered");
  const [more, setMore] = useState("");
  const go = () => {
    if (owed === null) return setPressed(true); // the answer is on its way, and then it goes on
    if (!can) return;
    const said = desk.t(`resolve.${way}`);
    const resolution = [way === "other" && more.trim() ? "" : said, more.trim()].filter(Boolean).join(desk.locale.peek() === "en" ? ": " : "：");
    close();
    void desk.change("resolve", { resolution, owed: known });
  };
  useEffect(() => {
    if (owed && pressed) go();
  }, [owed]);
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
      {owed !== null && owed.length > 0 && <Owed owed={owed} known={known} know={setKnown} />}
      <DialogFoot can={can} label={desk.t("act.resolve")} />
    </DialogFrame>
  );
}
