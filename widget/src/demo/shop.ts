import { batch, computed, effect, signal } from "@preact/signals";
import { accentColours } from "../core/colour.js";
import { type Login, logIn } from "./agent.js";
import { type Locale, pickLocale } from "../core/i18n.js";
import type { Localised } from "../core/api.js";

export interface DemoItem {
  name: Localised;
  quantity: number | null;
  delivered_quantity: number | null;
  state: string;
  state_label: Localised;
  delivered_at: string | null;
  keys_masked: string[];
  /** Whether its key was redeemed; null where nothing tells. */
  used: boolean | null;
  used_at: string | null;
  refunded: string | null;
}

export interface DemoOrder {
  number: string;
  product_name: Localised | string;
  state: string;
  state_label?: Localised;
  paid_amount?: string | null;
  currency?: string;
  created_at?: string | null;
  paid_at?: string | null;
  frozen?: boolean | null;
  /** A refund of it is on its way; a person still looks at a complaint. */
  refunding?: boolean;
  disputed?: boolean;
  items?: DemoItem[];
  hint?: Localised | string;
  proof?: string;
}

export interface DemoBuyer {
  id: string;
  name: Localised;
  token: string;
  orders: DemoOrder[];
}

export interface DemoProduct {
  id: string;
  name: Localised;
  kind: string;
  region: string | null;
  platform: string | null;
  price: string;
  stock: number | null;
  promised_minutes: number | null;
  warranty_days: number | null;
  description: Localised;
}

export interface DemoData {
  timezone?: string;
  shop: string;
  shop_name: Localised;
  agent: Login | null;
  buyers: DemoBuyer[];
  products: DemoProduct[];
  guest_orders: DemoOrder[];
  /** Whether this server may be ended from the page. */
  stops: boolean;
}

type Anxin = ((...args: unknown[]) => unknown) & { q?: unknown[][] };

/** The queue that a shop's page sets up before our script has come: `window.Anxin` is typed as what takes its place. */
const w = window as unknown as { Anxin?: Anxin };
w.Anxin ??= ((...args: unknown[]) => {
  const fn = w.Anxin as Anxin;
  (fn.q ??= []).push(args);
}) as Anxin;
export const anxin: Anxin = (...args) => w.Anxin?.(...args);

const RETRY_MS = 3000;
const GUEST = "guest";
/** The page's head and its story, which the open chat leaves in sight. */
const HEAD_PX = 112;

export const data = signal<DemoData | null>(null);
export const failed = signal(false);
/** The chat stands open beside the page. */
export const beside = signal(false);
export const locale = signal<Locale>(pickLocale(kept("locale"), navigator.language));
export const buyer = signal(kept("buyer") ?? "alice");
export const scheme = signal<"light" | "dark">(firstScheme());
/** Room for the desk beside the store. */
const roomy = matchMedia("(min-width: 1200px)");
export const wide = signal(roomy.matches);
roomy.addEventListener("change", () => (wide.value = roomy.matches));
/** The store's part of a split page, in percent of its width. */
export const SHARE_MIN = 32;
export const SHARE_MAX = 68;
export const share = signal(between(Number(kept("share") ?? 42)));
export const split = signal(kept("split") !== "off");
/** Whose side a narrow screen shows. */
export const side = signal<"buyer" | "desk">("buyer");
/** The conversation that the visitor has just brought to the desk. */
export const brought = signal<string | null>(null);
/** Whether the desk's frame stands on the page, and has to be logged in. */
export const deskShown = computed(() => Boolean(data.value?.agent) && (wide.value ? split.value : side.value === "desk"));
export const route = signal(location.hash.slice(1) || "/");

function kept(name: string): string | null {
  try {
    return localStorage.getItem(`demo:${name}`);
  } catch {
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`demo:${name}`, value);
  } catch {
    // A browser that keeps nothing still shows the shop.
  }
}

function between(percent: number): number {
  return Math.min(SHARE_MAX, Math.max(SHARE_MIN, percent || 42));
}

export function setShare(percent: number): void {
  share.value = between(percent);
  keep("share", String(Math.round(share.value)));
}

export function setSplit(on: boolean): void {
  split.value = on;
  keep("split", on ? "on" : "off");
}

export function setSide(next: "buyer" | "desk"): void {
  side.value = next;
  if (next === "desk" && !wide.value) anxin("close");
}

function firstScheme(): "light" | "dark" {
  const before = kept("scheme");
  if (before === "light" || before === "dark") return before;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function isGuest(): boolean {
  return buyer.value === GUEST;
}

export function person(): DemoBuyer | null {
  return data.value?.buyers.find((b) => b.id === buyer.value) ?? null;
}

export function ordersNow(): DemoOrder[] {
  return isGuest() ? (data.value?.guest_orders ?? []) : (person()?.orders ?? []);
}

export async function load(): Promise<void> {
  try {
    const answer = await fetch("/api/v1/demo");
    if (!answer.ok) throw new Error(String(answer.status));
    const told = (await answer.json()) as DemoData;
    batch(() => {
      failed.value = false;
      data.value = told;
      const known = told.buyers.some((b) => b.id === buyer.value);
      if (!known && !isGuest()) buyer.value = told.buyers[0]?.id ?? GUEST;
    });
    boot(told.shop);
    anxin("on", "open", () => (beside.value = true));
    anxin("on", "close", () => (beside.value = false));
    void paint(told.shop);
  } catch {
    failed.value = true;
    setTimeout(() => void load(), RETRY_MS);
  }
}

/** What has become of the orders since the page was loaded. */
export async function refresh(): Promise<void> {
  const answer = await fetch("/api/v1/demo").catch(() => null);
  if (answer?.ok) data.value = (await answer.json()) as DemoData;
}

/** Ours until the shop tells its own, as demo.css says too. */
const accent = signal("#0f766e");

effect(() => {
  const c = accentColours(accent.value, scheme.value);
  const { style } = document.documentElement;
  style.setProperty("--accent", c.accent);
  style.setProperty("--accent-ink", c.ink);
  style.setProperty("--accent-text", c.text);
  style.setProperty("--accent-soft", c.soft);
});

async function paint(shop: string): Promise<void> {
  const info = (await fetch(`/api/v1/shops/${shop}/widget`).then((a) => a.json(), () => ({}))) as { accent?: string };
  if (info.accent) accent.value = info.accent;
}

async function fetchToken(id: string): Promise<string> {
  const answer = await fetch(`/api/v1/demo/token?buyer=${encodeURIComponent(id)}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return ((await answer.json()) as { token: string }).token;
}

/** Clear of the desk: beside it on a wide screen, out of sight where the desk has the whole of a narrow one. */
function place(): { x: number; y: number; top: number } {
  const top = wide.value ? HEAD_PX : 0;
  if (!deskShown.value) return { x: 0, y: 0, top };
  if (!wide.value) return { x: 0, y: -4000, top };
  // The open panel has its own way to close; the launcher's place is better spent on the conversation.
  return { x: Math.round(innerWidth * (1 - share.value / 100)), y: beside.value ? -77 : 0, top };
}

function boot(shop: string): void {
  const id = buyer.value;
  const who = isGuest() ? {} : { getToken: () => fetchToken(id) };
  anxin("boot", { shop, locale: locale.value, theme: { scheme: scheme.value }, offset: place(), ...who });
}

/** Another person at the same browser: log out, then boot as somebody else. */
export function become(id: string): void {
  if (id === buyer.value) return;
  buyer.value = id;
  keep("buyer", id);
  anxin("shutdown");
  beside.value = false;
  if (data.value) boot(data.value.shop);
}

export function setLocale(next: Locale): void {
  locale.value = next;
  keep("locale", next);
  anxin("update", { locale: next });
}

export function setScheme(next: "light" | "dark"): void {
  scheme.value = next;
  keep("scheme", next);
  anxin("update", { theme: { scheme: next } });
}

export function ask(prefill: string, context: { order?: { id: string } | null; product?: { id: string } | null } = {}): void {
  anxin("update", { order: null, product: null, ...context });
  anxin("open", { prefill });
}

effect(() => {
  const root = document.documentElement;
  root.lang = locale.value;
  root.dataset["scheme"] = scheme.value;
  root.toggleAttribute("data-beside", beside.value);
});
addEventListener("hashchange", () => (route.value = location.hash.slice(1) || "/"));
addEventListener("resize", () => anxin("update", { offset: place() }));
effect(() => {
  const root = document.documentElement;
  root.toggleAttribute("data-split", deskShown.value && wide.value);
  root.style.setProperty("--share", `${share.value}%`);
  if (data.value) anxin("update", { offset: place() });
});
let asked = false;
effect(() => {
  const login = data.value?.agent;
  if (!login || !deskShown.value || asked) return;
  asked = true;
  void logIn(login);
});
