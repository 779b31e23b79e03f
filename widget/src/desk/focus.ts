import { desk } from "./app.js";

/** Where the hand was last, and in what part of the page that is. */
let held: HTMLElement | null = null;
let part: HTMLElement | null = null;
/** When it last came to the composer, by the clock. */
let wrote = 0;
/** A button that works, and what has the hand for so long. */
let rest: { from: HTMLElement; at: HTMLElement } | null = null;
/** Where it was when the session ended. */
let before: HTMLElement | null = null;

/** When the hand last came to the words to write, in milliseconds; 0 where it never did. */
export function wroteAt(): number {
  return wrote;
}

function drawn(element: HTMLElement | null): element is HTMLElement {
  return element !== null && element.isConnected && element.getClientRects().length > 0 && !element.closest("[inert]");
}

function first(...selectors: string[]): HTMLElement | null {
  for (const selector of selectors) {
    const found = document.querySelector<HTMLElement>(selector);
    if (drawn(found)) return found;
  }
  return null;
}

/** To the queue: the row that is open or that the keys have reached, else the list itself. */
export function toQueue(): void {
  first(".row[aria-current]", ".row.at", ".row", ".rows", ".timeline")?.focus();
}

/** To what was said, from where the keys go on. */
export function toTalk(): void {
  first(".timeline", ".rows")?.focus({ preventScroll: true });
}

/** To where the work is: the words to write, else what was said, else the queue. A keyboard is not pulled up on a phone. */
export function home(): void {
  if (desk.page.peek() !== "talks") return first(".behind", ".reports")?.focus({ preventScroll: true });
  const head = desk.detail?.conversation;
  const writes = head && desk.holds(head) && !matchMedia("(pointer: coarse)").matches;
  const field = writes ? first("#composer") : null;
  if (field) return field.focus();
  if (desk.opened.peek() && first(".timeline")) return toTalk();
  toQueue();
}

/** Whether the hand is still where it was, or where it is put when that has gone: nobody has taken it elsewhere. */
export function isIdle(from: Element | null): boolean {
  const at = document.activeElement;
  return at === from || at === document.body || at?.matches(".timeline, .rows") === true;
}

/** As a `ref`: the first field of what has just opened; `autofocus` works once in a page and not again. */
export function takesTheHand(element: HTMLElement | null): void {
  element?.focus();
}

/** The keys walk the queue: from a button of elsewhere the hand comes along, or Enter would press that button. */
export function toCursor(): void {
  const from = document.activeElement;
  if (from instanceof HTMLButtonElement && !from.closest(".rows")) requestAnimationFrame(() => first(".row.at", ".rows")?.focus({ preventScroll: true }));
}

/** Back to an element, or home where that is gone. */
export function backTo(element: HTMLElement | null): void {
  if (element !== document.body && drawn(element)) element.focus();
  else if (document.activeElement === document.body) home();
}

/** The session ended, or has begun anew. */
export function sessionEnded(): void {
  before = document.activeElement as HTMLElement | null;
}

export function sessionBegan(): void {
  const last = before;
  before = null;
  requestAnimationFrame(() => (last && last !== document.body && drawn(last) ? last.focus() : toQueue()));
}

/** A button that cannot be pressed while it works gives the hand to its part of the page, and takes it back after. */
function rested(): boolean {
  const at = document.activeElement;
  if (rest && at === rest.at && drawn(rest.from) && !rest.from.matches(":disabled")) rest.from.focus({ preventScroll: true });
  if (rest && at !== rest.at) rest = null;
  if (at !== document.body || !drawn(held) || !held.matches(":disabled")) return false;
  const [from, place] = [held, part];
  if (!stayAt(place)) return false;
  rest = { from, at: place as HTMLElement };
  return true;
}

function stayAt(place: HTMLElement | null): boolean {
  if (!drawn(place)) return false;
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  return true;
}

/** What held the hand has gone from the page: it is not left on the bare page, where no key says where it is. */
function rescue(): void {
  if (rested()) return;
  const lost = document.activeElement === document.body && held !== null && !drawn(held);
  if (!lost || !desk.me.peek() || desk.expired.peek() || desk.dialog.peek()) return;
  if (desk.page.peek() === "talks" || !stayAt(part)) home();
  if (document.activeElement !== document.body) held = null; // else what is to have it is still on its way
}

export function keepTheHand(): void {
  addEventListener("focusin", (event) => {
    held = event.target as HTMLElement;
    part = held.closest<HTMLElement>("form, dialog, section, main");
    if (held.id === "composer") wrote = Date.now();
  });
  let due = 0;
  const look = () => {
    clearTimeout(due);
    due = window.setTimeout(rescue, 50);
  };
  new MutationObserver(look).observe(document.getElementById("desk") as HTMLElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-pane", "disabled", "inert"] });
}
