import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";
import { close, DialogFrame } from "./dialog_frame.js";
import { type Ticket, VIEWS, type View } from "./model.js";
import { isDone, waits } from "./ticket.js";

interface Item {
  id: string;
  text: string;
  /** Initials of its pinyin, as an agent types them. */
  initials: string;
  hint?: string;
  run(): void;
}

const VIEW_INITIALS: Record<View, string> = { waiting: "djr", mine: "wd", team: "td", all: "qb", snoozed: "yyh", overdue: "jjcs" };
const MOST = 12;

export function Palette() {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = items().filter((item) => fits(item, query)).slice(0, MOST);
  const chosen = Math.min(at, Math.max(0, found.length - 1));
  useEffect(() => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }), [chosen]);
  const go = (item: Item | undefined) => {
    if (!item) return;
    close();
    // The dialog gives the focus back when it is gone; what the command focuses comes after.
    setTimeout(() => item.run(), 0);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setAt((chosen + step + found.length) % Math.max(1, found.length));
    else if (event.key === "Enter") go(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <DialogFrame title={desk.t("palette")} testid="palette" className="palette" bare>
      <label class="palette-field">
        <Icon name="search" size={18} />
        <input autoFocus value={query} placeholder={desk.t("palette.hint")} aria-label={desk.t("palette.hint")} data-testid="palette-input" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={found[chosen] && `p-${found[chosen].id}`} onInput={(e) => (setQuery(e.currentTarget.value), setAt(0))} onKeyDown={onKey} />
      </label>
      <div class="palette-list" id="palette-list" role="listbox" ref={list} aria-label={desk.t("palette")}>
        {found.map((item, i) => (
          <button type="button" role="option" key={item.id} id={`p-${item.id}`} tabIndex={-1} aria-selected={i === chosen} class="palette-item" data-testid="palette-item" onMouseMove={() => setAt(i)} onClick={() => go(item)}>
            <span dir="auto">{item.text}</span>
            {item.hint && <kbd>{item.hint}</kbd>}
          </button>
        ))}
        {found.length === 0 && <p class="faint">{desk.t("palette.none")}</p>}
      </div>
    </DialogFrame>
  );
}

function fits(item: Item, query: string): boolean {
  const q = query.trim().toLowerCase();
  return !q || item.text.toLowerCase().includes(q) || item.initials.startsWith(q.replace(/\s/g, ""));
}

function items(): Item[] {
  return [...stillOpen(), ...actions(), ...ofTicket(), ...places(), ...settings(), ...people()];
}

/** What a message on the screen offers to do about what has just been done. */
function stillOpen(): Item[] {
  return desk.toasts.value.flatMap((toast) => (toast.action ? { id: `told-${toast.id}`, text: `${toast.action.label} · ${toast.text}`, initials: "cx", run: () => desk.act(toast) } : []));
}

/** What the open conversation allows now. */
function actions(): Item[] {
  const head = desk.detail?.conversation;
  if (!head) return [];
  const all: (Item | false)[] = [
    desk.may("claim") && { id: "claim", text: desk.t("act.claim"), initials: "jr", hint: "c", run: () => desk.claim() },
    desk.may("resume") && { id: "resume", text: desk.t("act.resume"), initials: "jxjd", hint: "c", run: () => desk.claim() },
    desk.may("takeover") && { id: "takeover", text: desk.t("act.takeover"), initials: "jg", hint: "c", run: () => desk.claim() },
    desk.holds(head) && { id: "reply", text: desk.t("key.reply"), initials: "xhf", hint: "r", run: () => desk.write("reply") },
    desk.holds(head) && { id: "draft", text: desk.t("key.draft"), initials: "qchf", hint: "d", run: () => desk.draftReply() },
    { id: "note", text: desk.t("key.note"), initials: "xnbbz", hint: "n", run: () => desk.write("note") },
    desk.may("resolve") && { id: "resolve", text: desk.t("act.resolve"), initials: "jj", hint: "e", run: () => (desk.dialog.value = "resolve") },
    (desk.may("transfer") || desk.may("assign")) && { id: "transfer", text: desk.t("act.transfer"), initials: "zj", hint: "a", run: () => (desk.dialog.value = "transfer") },
    desk.may("snooze") && { id: "snooze", text: desk.t("act.snooze"), initials: "yh", hint: "s", run: () => (desk.dialog.value = "snooze") },
    desk.may("giveback") && { id: "giveback", text: desk.t("act.giveback"), initials: "jhai", run: () => void desk.change("giveback", {}) },
    desk.may("reopen") && { id: "reopen", text: desk.t("act.reopen"), initials: "cxdk", run: () => void desk.change("reopen", {}) },
  ];
  return all.filter((item): item is Item => item !== false);
}

/** What can be done with the open conversation's ticket, as its card offers it. */
function ofTicket(): Item[] {
  const ticket = desk.detail?.tickets.find((one: Ticket) => !isDone(one)) ?? desk.detail?.tickets[0];
  if (!ticket?.number) return [];
  const going = !isDone(ticket);
  const dispute = ticket.queue !== "refunds" && ticket.queue !== "fulfilment";
  const item = (id: string, word: Parameters<typeof desk.t>[0], initials: string, run: () => void): Item => ({ id, text: `${desk.t(word)} · ${ticket.number}`, initials, run });
  const all: (Item | false)[] = [
    item("evidence", "ticket.evidence", "zj", () => desk.go("evidence", ticket.number)),
    going && dispute && !waits(ticket) && item("buyer", "buyer.ask", "wmj", () => desk.ask("buyer", ticket)),
    going && item("supplier", "supplier.ask", "wghs", () => desk.ask("supplier", ticket)),
    going && item("merge", "merge", "hb", () => desk.ask("merge", ticket)),
    going && dispute && item("split", "split", "cf", () => desk.ask("split", ticket)),
  ];
  return all.filter((one): one is Item => one !== false);
}

/** The pages of the settings with the initials of their names. */
const SETTINGS: readonly (readonly [string, string, "senior" | "admin"])[] = [
  ["articles", "wz", "senior"], ["macros", "kjhf", "senior"], ["hours", "yysj", "admin"], ["deadlines", "sx", "admin"], ["routing", "zdyfp", "admin"],
  ["team", "kfyqx", "admin"], ["policies", "zc", "admin"], ["webhooks", "webhook", "admin"], ["keys", "apimy", "admin"], ["audit", "czjl", "admin"], ["privacy", "grxx", "admin"], ["install", "azdwz", "admin"], ["settings", "shoptoml", "admin"],
];

function settings(): Item[] {
  const role = desk.me.value?.role;
  const mine = SETTINGS.filter(([, , least]) => role === "admin" || (least === "senior" && desk.senior));
  return mine.map(([id, initials]) => ({ id: `set-${id}`, text: `${desk.t("nav.settings")} › ${desk.t(`set.${id}` as Parameters<typeof desk.t>[0])}`, initials, run: () => (location.hash = `#/settings/${id}`) }));
}

function places(): Item[] {
  const dark = desk.scheme.value === "dark";
  return [
    ...VIEWS.map((view) => ({ id: view, text: desk.t("palette.view", { name: desk.t(`view.${view}`) }), initials: VIEW_INITIALS[view], run: () => desk.show(view) })),
    { id: "refunds", text: desk.t("refunds"), initials: "tkybf", run: () => desk.go("refunds") },
    { id: "suppliers", text: desk.t("nav.suppliers"), initials: "gh", run: () => desk.go("suppliers") },
    { id: "unanswered", text: desk.t("asked"), initials: "wdwt", run: () => desk.go("unanswered") },
    { id: "reports", text: desk.t("nav.reports"), initials: "bb", run: () => desk.go("reports") },
    ...(desk.me.value?.role === "admin" ? [{ id: "policies", text: desk.t("policies"), initials: "zc", run: () => desk.go("policies") }] : []),
    ...(desk.senior ? [{ id: "settings", text: desk.t("nav.settings"), initials: "sz", run: () => desk.go("settings") }] : []),
    { id: "presence", text: desk.t(desk.client.away ? "presence.online" : "presence.away"), initials: desk.client.away ? "zx" : "lk", run: () => desk.client.presence(!desk.client.away) },
    { id: "theme", text: desk.t(dark ? "theme.light" : "theme.dark"), initials: dark ? "qs" : "ss", run: () => desk.setScheme(dark ? "light" : "dark") },
    { id: "locale", text: desk.locale.value === "en" ? "中文" : "English", initials: "yy", run: () => desk.setLocale(desk.locale.peek() === "en" ? "zh-CN" : "en") },
    { id: "keys", text: desk.t("shortcuts"), initials: "kjj", hint: "?", run: () => (desk.dialog.value = "shortcuts") },
    { id: "logout", text: desk.t("logout"), initials: "tcdl", run: () => void desk.logout() },
  ];
}

function people(): Item[] {
  return Object.values(desk.store.rows).map((row) => {
    const what = row.order?.number ?? desk.term("reason", row.ticket?.reason);
    const name = [row.buyer.name, what].filter(Boolean).join(" · ");
    return { id: row.conversation.id, text: desk.t("palette.goto", { name }), initials: "dk", run: () => desk.open(row.conversation.id) };
  });
}
