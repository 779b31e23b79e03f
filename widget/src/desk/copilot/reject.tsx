import { useState } from "preact/hooks";
import { desk } from "../app.js";
import { takesTheHand } from "../focus.js";
import { t } from "./words.js";

const REASONS = ["wrong", "unhelpful", "tone", "outdated", "other"] as const;

/** Why a suggestion is not used: one reason, and more words if there are any. */
export function Reject({ done, cancel }: { done(reason: string, note: string): void; cancel(): void }) {
  const [reason, setReason] = useState<string>("");
  const [note, setNote] = useState("");
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    cancel();
  };
  return (
    <form class="copilot-why" data-testid="suggestion-why" onKeyDown={onKeyDown} onSubmit={(e) => (e.preventDefault(), reason && done(reason, note.trim()))}>
      <fieldset>
        <legend>{t("why.reject")}</legend>
        {REASONS.map((one, place) => (
          <label key={one}><input type="radio" name="why-not" ref={place === 0 ? takesTheHand : undefined} checked={reason === one} data-testid={`why-${one}`} onChange={() => setReason(one)} /><span>{t(`reason.${one}`)}</span></label>
        ))}
      </fieldset>
      <input class="dialog-text" value={note} maxLength={500} aria-label={t("note")} placeholder={t("note")} data-testid="why-note" onInput={(e) => setNote(e.currentTarget.value)} />
      <footer class="copilot-foot">
        <button type="button" class="btn line" onClick={cancel}>{desk.t("cancel")}</button>
        <button type="submit" class="btn soft" disabled={!reason} data-testid="why-send">{t("send")}</button>
      </footer>
    </form>
  );
}
