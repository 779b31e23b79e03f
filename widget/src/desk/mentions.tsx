import { useState } from "preact/hooks";
import { desk } from "./app.js";
import type { Colleague } from "./model.js";
import { AT } from "./signs.js";

export interface Mentions {
  open: boolean;
  list: Colleague[];
  at: number;
  pick(one: Colleague): void;
  /** True where the key was the menu's. */
  onKey(event: KeyboardEvent): boolean;
}

/** Colleagues to name in a note by @, narrowed by what follows it: whoever is named hears of it at the desk. */
export function useMentions(text: string, on: boolean, set: (text: string) => void): Mentions {
  const [place, setPlace] = useState(0);
  const [shut, setShut] = useState<string | null>(null);
  const typed = on ? AT.exec(text) : null;
  const wanted = (typed?.[2] ?? "").toLowerCase();
  const me = desk.me.value?.id;
  const list = Object.values(desk.store.agents).filter((one) => one.id !== me && one.name.toLowerCase().includes(wanted));
  const open = typed !== null && shut !== text && list.length > 0;
  const at = Math.min(place, Math.max(0, list.length - 1));
  const pick = (one: Colleague) => {
    set(text.replace(AT, `$1@${one.name} `));
    setPlace(0);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!open) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setPlace((at + step + list.length) % list.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(list[at] as Colleague);
    else if (event.key === "Escape") setShut(text);
    else return false;
    event.preventDefault();
    return true;
  };
  return { open, list, at, pick, onKey };
}

export function MentionMenu({ mentions }: { mentions: Mentions }) {
  return (
    <div class="macros" role="listbox" aria-label={desk.t("mention")} data-testid="mention-menu">
      {mentions.list.map((one, i) => (
        <button type="button" role="option" key={one.id} aria-selected={i === mentions.at} class="macro" data-testid="mention" onMouseDown={(e) => e.preventDefault()} onClick={() => mentions.pick(one)}>
          <b dir="auto">{one.name}</b>
          <span class="macro-text">{desk.t(`presence.${one.presence ?? "offline"}`)}</span>
        </button>
      ))}
    </div>
  );
}
