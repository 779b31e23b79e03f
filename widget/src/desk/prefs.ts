import { type Locale, pickLocale } from "../core/i18n.js";
import type { Storage } from "../core/storage.js";
import type { Login } from "./api.js";

export type Scheme = "light" | "dark";
export const SESSION_KEY = "anxin:desk:session";

/** What this browser remembers of the desk: who is logged in, how it looks, what was being written. */
export class Prefs {
  constructor(private readonly storage: Storage) {}

  get session(): Login | null {
    const login = this.json<Login>(SESSION_KEY);
    return login && Date.parse(login.expires_at) > Date.now() ? login : null;
  }
  set session(login: Login | null) {
    this.put(SESSION_KEY, login && JSON.stringify(login));
  }

  get locale(): Locale {
    const asked = new URLSearchParams(globalThis.location?.search ?? "").get("lang");
    return pickLocale(asked, this.storage.get("anxin:desk:locale"), globalThis.navigator?.language);
  }
  set locale(locale: Locale) {
    this.put("anxin:desk:locale", locale);
  }

  get scheme(): Scheme {
    const kept = this.storage.get("anxin:desk:scheme");
    if (kept === "light" || kept === "dark") return kept;
    return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  set scheme(scheme: Scheme) {
    this.put("anxin:desk:scheme", scheme);
  }

  get keys(): boolean {
    return this.storage.get("anxin:desk:keys") !== "off";
  }
  set keys(on: boolean) {
    this.put("anxin:desk:keys", on ? null : "off");
  }

  drafts(agent: string): Record<string, string> {
    return this.json<Record<string, string>>(`anxin:desk:${agent}:drafts`) ?? {};
  }
  keepDrafts(agent: string, drafts: Record<string, string>): void {
    this.put(`anxin:desk:${agent}:drafts`, Object.keys(drafts).length ? JSON.stringify(drafts) : null);
  }

  /** Notes naming an agent that were looked at here, by their ids. */
  named(agent: string): string[] {
    return this.json<string[]>(`anxin:desk:${agent}:named`) ?? [];
  }
  sawNamed(agent: string, note: string): void {
    this.put(`anxin:desk:${agent}:named`, JSON.stringify([...this.named(agent).filter((one) => one !== note), note].slice(-200)));
  }

  private put(key: string, value: string | null): void {
    if (value === null) this.storage.remove(key);
    else this.storage.set(key, value);
  }

  private json<T>(key: string): T | null {
    try {
      return JSON.parse(this.storage.get(key) ?? "null") as T | null;
    } catch {
      return null;
    }
  }
}
