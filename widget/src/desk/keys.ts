import { desk } from "./app.js";
import { toCursor } from "./focus.js";
import type { Word } from "./words.js";

export interface Shortcut {
  keys: string[];
  word: Word;
  run(): void;
}

/** A dialog for the open conversation, where the agent may change it. */
function ask(dialog: "resolve" | "transfer" | "snooze"): void {
  if (desk.may(dialog) || (dialog === "transfer" && desk.may("assign"))) desk.dialog.value = dialog;
}

function write(mode: "reply" | "note"): void {
  if (desk.opened.peek()) desk.write(mode);
}

function walk(step: number): void {
  desk.move(step);
  toCursor();
}

/** The row that the keys have reached is chosen, or not any more. */
function pick(): void {
  const at = desk.cursor.peek();
  if (at && desk.shown.includes(at)) desk.bulk.toggle(at, desk.shown);
}

export const SHORTCUTS: Shortcut[] = [
  { keys: ["j"], word: "key.next", run: () => walk(1) },
  { keys: ["k"], word: "key.previous", run: () => walk(-1) },
  { keys: ["Enter"], word: "key.open", run: () => desk.cursor.peek() && desk.open(desk.cursor.peek()) },
  { keys: ["c"], word: "key.claim", run: () => desk.claim() },
  { keys: ["r"], word: "key.reply", run: () => write("reply") },
  { keys: ["n"], word: "key.note", run: () => write("note") },
  { keys: ["d"], word: "key.draft", run: () => desk.draftReply() },
  { keys: ["e"], word: "key.resolve", run: () => ask("resolve") },
  { keys: ["s"], word: "key.snooze", run: () => ask("snooze") },
  { keys: ["a"], word: "key.transfer", run: () => ask("transfer") },
  { keys: ["x"], word: "key.pick", run: pick },
  { keys: ["/"], word: "key.search", run: () => document.querySelector<HTMLInputElement>("#queue-search")?.focus() },
  { keys: ["?"], word: "key.help", run: () => (desk.dialog.value = "shortcuts") },
];

function typing(target: EventTarget | null): boolean {
  const el = target as HTMLElement | null;
  return Boolean(el?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el?.tagName ?? ""));
}

/** Enter on a button is that button's; the other keys are ours wherever nobody types. */
function meant(event: KeyboardEvent): boolean {
  const button = /^(BUTTON|A|SUMMARY)$/.test((event.target as HTMLElement | null)?.tagName ?? "");
  return !(event.key === "Enter" && button && !(event.target as HTMLElement).classList.contains("row"));
}

export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    if (!desk.me.peek() || desk.expired.peek() || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      desk.dialog.value = desk.dialog.peek() === "palette" ? null : "palette";
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || desk.dialog.peek() || typing(event.target)) return;
    if (!desk.keysOn.peek() || desk.page.peek() !== "talks" || !meant(event)) return;
    const found = SHORTCUTS.find((one) => one.keys.includes(event.key));
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}
