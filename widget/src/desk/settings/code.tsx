import { useRef } from "preact/hooks";
import { desk } from "../app.js";
import { t } from "./words.js";

/** A text to take along, with its button. */
export function Code({ text, label, testid }: { text: string; label: string; testid: string }) {
  const box = useRef<HTMLPreElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      desk.toast(t("copied"), "good");
    } catch {
      getSelection()?.selectAllChildren(box.current as HTMLElement);
      desk.toast(t("copy.failed"));
    }
  };
  return (
    <div class="set-code">
      <pre ref={box} tabIndex={0} role="region" aria-label={label} data-testid={testid}>{text}</pre>
      <button type="button" class="btn line" data-testid={`${testid}-copy`} aria-label={`${t("copy")}: ${label}`} onClick={() => void copy()}>{t("copy")}</button>
    </div>
  );
}
