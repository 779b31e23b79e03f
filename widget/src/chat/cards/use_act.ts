import { useRef, useState } from "preact/hooks";
import { RequestError } from "../../core/answers.js";
import type { App } from "../app.js";

export interface Act {
  /** The value that is on its way, null where none is. */
  busy: string | null;
  error: string | null;
  run(action: string, value: unknown, mark?: string): Promise<boolean>;
}

/**
 * Where what was pressed went away under the keyboard, it goes on from what comes next (the stars) or the field, not from the top of the shop's page;
 * on a touch screen from the panel, for a field would open the keys. To be called before, and what it gives after.
 */
export function keptFocus(): () => void {
  const root = document.activeElement?.shadowRoot;
  const lost = () => {
    if (!root || document.activeElement !== document.body) return;
    const touch = matchMedia("(pointer: coarse)").matches;
    root.querySelector<HTMLElement>(touch ? ".panel" : "[data-next], [data-first]")?.focus({ preventScroll: true });
  };
  return () => requestAnimationFrame(() => requestAnimationFrame(lost));
}

/** One tap, one effect: a second tap while the first is on its way does nothing, however soon it comes. */
export function useAct(app: App, conversation: string, message: string): Act {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const going = useRef(false);
  const run = async (action: string, value: unknown, mark = action): Promise<boolean> => {
    if (going.current) return false;
    going.current = true;
    const keep = keptFocus();
    setBusy(mark);
    setError(null);
    try {
      await app.client.act(conversation, message, action, value);
      return true;
    } catch (reason) {
      const key = reason instanceof RequestError ? reason.messageKey : "error.other";
      setError(app.tk(key, "error.other"));
      return false;
    } finally {
      going.current = false;
      setBusy(null);
      keep();
    }
  };
  return { busy, error, run };
}
