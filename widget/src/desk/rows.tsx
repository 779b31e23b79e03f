import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { desk } from "./app.js";
import { drawn, revealed } from "./windowed.js";

/** The height of a row, as `--row` says in desk.css. */
export const ROW = 88;
/** So many rows before the end the next page is asked for. */
const AHEAD = 20;

interface Props {
  ids: readonly string[];
  label: string;
  draw(id: string): ComponentChildren;
  /** The reader comes near the end of what is here. */
  more(): void;
  scrolled(down: boolean): void;
  touched(on: boolean): void;
  children?: ComponentChildren;
}

/** A list of any length, of which only what is in sight is drawn. Each row says its place among all of them. */
export function Rows({ ids, label, draw, more, scrolled, touched, children }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [sight, setSight] = useState({ top: 0, height: 720 });
  const at = desk.cursor.value;
  const held = at === null ? -1 : ids.indexOf(at);
  const look = () => {
    const el = box.current;
    if (!el) return;
    const top = Math.floor(el.scrollTop / ROW) * ROW;
    setSight((was) => (was.top === top && was.height === el.clientHeight ? was : { top, height: el.clientHeight }));
  };
  useLayoutEffect(() => {
    const watch = new ResizeObserver(look);
    watch.observe(box.current as HTMLDivElement);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if ((sight.top + sight.height) / ROW > ids.length - AHEAD) more();
  }, [sight, ids.length]);
  useFollow(box, held);
  return (
    <div class="rows" ref={box} tabIndex={-1} data-testid="rows" data-n={ids.length} onMouseMove={() => touched(true)} onMouseLeave={() => touched(false)} onScroll={(e) => (look(), scrolled(e.currentTarget.scrollTop > 40))}>
      <div class="rows-all" {...(ids.length ? { role: "list", "aria-label": label } : {})} style={{ height: `${ids.length * ROW}px` }}>
        {drawn(ids.length, ROW, sight, held).map((place) => (
          <div role="listitem" class="row-item" key={ids[place]} aria-setsize={ids.length} aria-posinset={place + 1} style={{ top: `${place * ROW}px` }}>
            {draw(ids[place] as string)}
          </div>
        ))}
      </div>
      {children}
    </div>
  );
}

/** The row that the keys have reached comes into sight; not one that they have left meanwhile, for focus moves them back. */
function useFollow(box: { current: HTMLDivElement | null }, held: number): void {
  const at = desk.cursor.value;
  useEffect(() => {
    const el = box.current;
    if (!el || !at || held < 0 || at !== desk.cursor.peek()) return;
    el.scrollTop = revealed(held, ROW, { top: el.scrollTop, height: el.clientHeight });
    const row = el.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(at)}"]`);
    if (el.contains(document.activeElement)) row?.focus({ preventScroll: true });
  }, [at]);
}
