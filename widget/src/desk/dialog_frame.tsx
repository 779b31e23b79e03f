import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../ui/kit.js";
import { desk } from "./app.js";

interface Props {
  title: string;
  sub?: string;
  testid: string;
  children: ComponentChildren;
  className?: string;
  bare?: boolean;
}

export function close(): void {
  desk.dialog.value = null;
}

/** The browser's own modal: it holds the focus, ends with Escape and gives the focus back. */
export function DialogFrame({ title, sub, testid, children, className = "", bare }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  return (
    <dialog ref={box} class={`dialog ${className}`} data-testid={testid} aria-label={title} onClose={close} onCancel={close} onClick={(e) => e.target === box.current && close()}>
      <div class="dialog-in">
        {!bare && (
          <header class="dialog-head">
            <div><h2>{title}</h2>{sub && <p class="faint">{sub}</p>}</div>
            <IconButton icon="close" label={desk.t("close")} onClick={close} />
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}

export function DialogFoot({ go, can, label, tone = "primary" }: { go: () => void; can: boolean; label: string; tone?: string }) {
  return (
    <footer class="dialog-foot">
      <button type="button" class="btn line" onClick={close}>{desk.t("cancel")}</button>
      <button type="button" class={`btn ${tone}`} disabled={!can} data-testid="dialog-submit" onClick={go}>{label}</button>
    </footer>
  );
}
