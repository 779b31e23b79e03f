import { useState } from "preact/hooks";
import { uuid7 } from "../../core/uuid.js";
import { desk } from "../app.js";
import { whyNot } from "../ticket.js";
import { t } from "./words.js";

/** What an agent found out becomes evidence, once, however often it is sent. */
export function Finding({ number, added }: { number: string; added: () => void }) {
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [key, setKey] = useState(() => uuid7(Date.now()));
  const [why, setWhy] = useState("");
  const go = async (event: Event) => {
    event.preventDefault();
    try {
      await desk.api.addFinding(number, text.trim(), key);
      setText("");
      setKey(uuid7(Date.now()));
      setWhy("");
      setOpen(false);
      desk.toast(t("find.done"), "good");
      added();
    } catch (error) {
      setWhy(whyNot(error));
    }
  };
  return (
    <details class="finding" open={open} onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary class="link" data-testid="finding">{t("find")}</summary>
      <form onSubmit={(e) => void go(e)} onKeyDown={(e) => e.key === "Enter" && (e.ctrlKey || e.metaKey) && text.trim() && void go(e)}>
        <textarea class="dialog-text" rows={3} maxLength={4000} value={text} placeholder={t("find.hint")} aria-label={t("find")} data-testid="finding-text" onInput={(e) => setText(e.currentTarget.value)} />
        {why && <p class="refund-why" role="alert">{why}</p>}
        <p class="refund-go"><button type="submit" class="btn primary" disabled={!text.trim()} data-testid="finding-save">{t("find.save")}</button></p>
      </form>
    </details>
  );
}
