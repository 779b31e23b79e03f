import { useEffect, useState } from "preact/hooks";
import { desk } from "./app.js";
import type { Detail, Macro } from "./model.js";
import { SLASH } from "./signs.js";

type Field = { current: HTMLTextAreaElement | null };

export interface Macros {
  open: boolean;
  list: Macro[];
  at: number;
  pick(macro: Macro): void;
  /** True where the key was the menu's. */
  onKey(event: KeyboardEvent): boolean;
}

/** A slash opens the menu; what follows it narrows it. */
export function useMacros(detail: Detail, text: string, field: Field, set: (text: string) => void): Macros {
  const { id } = detail.conversation;
  const [all, setAll] = useState<Macro[] | null>(null);
  const [at, setAt] = useState(0);
  const [shut, setShut] = useState<string | null>(null);
  const typed = SLASH.exec(text);
  const asked = typed !== null && shut !== text;
  useEffect(() => {
    if (asked && all === null) desk.api.macros(id).then(setAll, () => setAll([]));
  }, [asked]);
  // What is known of the case changes what the variables say.
  useEffect(() => setAll(null), [detail.conversation.rev, detail.order?.number]);
  const list = sorted((all ?? []).filter((macro) => fits(macro, typed?.[2] ?? "")), detail.conversation.lang);
  const open = asked && all !== null;
  const pick = (macro: Macro) => {
    const before = text.replace(SLASH, "$1");
    set(before + macro.text);
    setAt(0);
    requestAnimationFrame(() => reveal(field.current));
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!open || list.length === 0) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setAt((at + step + list.length) % list.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(list[Math.min(at, list.length - 1)] as Macro);
    else if (event.key === "Escape") setShut(text);
    else return false;
    event.preventDefault();
    return true;
  };
  return { open, list, at: Math.min(at, Math.max(0, list.length - 1)), pick, onKey };
}

function fits(macro: Macro, typed: string): boolean {
  const q = typed.toLowerCase();
  return !q || [macro.id, macro.title, macro.text].some((part) => part.toLowerCase().includes(q));
}

/** Those in the buyer's language first, and of them those that lack nothing. */
function sorted(macros: Macro[], lang: string | null): Macro[] {
  const rank = (macro: Macro) => (macro.lang === lang ? 0 : 2) + (macro.text.includes("{{") ? 1 : 0);
  return [...macros].sort((a, b) => rank(a) - rank(b));
}

/** The first variable that nobody could fill is selected, ready to be typed over. */
function reveal(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.focus();
  const blank = /\{\{[^}]*\}\}/.exec(field.value);
  const end = field.value.length;
  field.setSelectionRange(blank?.index ?? end, blank ? blank.index + blank[0].length : end);
}

export function MacroMenu({ macros }: { macros: Macros }) {
  return (
    <div class="macros" role="listbox" aria-label={desk.t("macros")} data-testid="macro-menu">
      {macros.list.map((macro, i) => (
        <button type="button" role="option" key={macro.id + macro.lang} aria-selected={i === macros.at} class="macro" data-testid="macro" onMouseDown={(e) => e.preventDefault()} onClick={() => macros.pick(macro)}>
          <b dir="auto">{macro.title}</b>
          <span class="lang">{macro.lang === "en" ? "EN" : "中"}</span>
          <span class="macro-text" dir="auto">{macro.text}</span>
        </button>
      ))}
      {macros.list.length === 0 && <p class="faint">{desk.t("macros.none")}</p>}
    </div>
  );
}
