import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Empty, Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";

export type Loaded<T> = T | "failed" | null;

/** What the server says, asked for once and again by `again`. */
export function useLoaded<T>(ask: () => Promise<T>, ...by: unknown[]): [Loaded<T>, () => void, (value: T) => void] {
  const [found, setFound] = useState<Loaded<T>>(null);
  const [tried, setTried] = useState(0);
  useEffect(() => {
    let here = true;
    ask().then((r) => here && setFound(r as Loaded<T>), () => here && setFound("failed"));
    return () => void (here = false);
  }, [tried, ...by]);
  return [found, () => setTried((n) => n + 1), (value) => setFound(value as Loaded<T>)];
}

/** Its content once it is here; until then where it will be. */
export function Here<T>({ of, again, children }: { of: Loaded<T>; again: () => void; children: (value: T) => ComponentChildren }) {
  if (of === null) return <Skeleton lines={8} />;
  if (of === "failed") return <Empty icon="alert" title={desk.t("late.failed")}><button type="button" class="btn line" onClick={again}>{desk.t("talk.retry")}</button></Empty>;
  return <>{children(of as T)}</>;
}

export function Head({ title, sub, children }: { title: string; sub?: string; children?: ComponentChildren }) {
  return (
    <header class="set-head">
      <div><h2>{title}</h2>{sub && <p class="faint">{sub}</p>}</div>
      {children}
    </header>
  );
}

export function Field({ label, children, wide, hint }: { label: string; children: ComponentChildren; wide?: boolean; hint?: ComponentChildren }) {
  return (
    <label class={wide ? "set-field wide" : "set-field"}>
      <span>{label}</span>
      {children}
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** One of a few, as buttons side by side: arrows walk along them. */
export function Choice<T extends string>({ label, all, value, set, testid }: { label: string; all: readonly (readonly [T, string])[]; value: T; set: (value: T) => void; testid: string }) {
  const onKey = (event: KeyboardEvent) => {
    const step = ["ArrowRight", "ArrowDown"].includes(event.key) ? 1 : ["ArrowLeft", "ArrowUp"].includes(event.key) ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const at = (all.findIndex(([one]) => one === value) + step + all.length) % all.length;
    set(all[at]![0]);
    (event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[role=radio]")[at]?.focus();
  };
  return (
    <div class="set-field">
      <span aria-hidden="true">{label}</span>
      <div class="seg" role="radiogroup" aria-label={label} onKeyDown={onKey}>
        {all.map(([one, word]) => <button type="button" role="radio" key={one} aria-checked={one === value} tabIndex={one === value ? 0 : -1} data-testid={`${testid}-${one}`} onClick={() => set(one)}>{word}</button>)}
      </div>
    </div>
  );
}
