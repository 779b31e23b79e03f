import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../ui/kit.js";
import { desk } from "./app.js";
import { backTo } from "./focus.js";

interface Props {
  title: string;
  sub?: string;
  testid: string;
  children: ComponentChildren;
  className?: string;
  bare?: boolean;
  /** What the dialog is for, done by its button, by Enter on a choice and by Ctrl+Enter in a text. */
  submit?: () => void;
}

export function close(): void {
  desk.dialog.value = null;
}

/** The browser's own modal: it holds the focus, ends with Escape and gives the focus back. */
export function DialogFrame({ title, sub, testid, children, className = "", bare, submit }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    // The browser begins with the first thing it finds, which closes it; whoever opened it came to fill it in.
    if (submit && document.activeElement?.closest(".dialog-head")) box.current?.querySelector<HTMLElement>("input:enabled, select:enabled, textarea")?.focus();
    // Whoever has gone on with the hand meanwhile keeps it.
    return () => void requestAnimationFrame(() => document.activeElement === document.body && backTo(before));
  }, []);
  return (
    <dialog ref={box} class={`dialog ${className}`} data-testid={testid} aria-label={title} onClose={close} onCancel={close} onClick={(e) => e.target === box.current && close()}>
      <form class="dialog-in" onSubmit={(e) => (e.preventDefault(), submit?.())} onKeyDown={submitFromText}>
        {!bare && (
          <header class="dialog-head">
            <div><h2>{title}</h2>{sub && <p class="faint">{sub}</p>}</div>
            <IconButton icon="close" label={desk.t("close")} onClick={close} />
          </header>
        )}
        {children}
      </form>
    </dialog>
  );
}

function submitFromText(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  (event.currentTarget as HTMLFormElement).querySelector<HTMLButtonElement>("[type=submit]")?.click();
}

export function DialogFoot({ can, label, tone = "primary" }: { can: boolean; label: string; tone?: string }) {
  return (
    <footer class="dialog-foot">
      <button type="button" class="btn line" onClick={close}>{desk.t("cancel")}</button>
      <button type="submit" class={`btn ${tone}`} disabled={!can} data-testid="dialog-submit">{label}</button>
    </footer>
  );
}
