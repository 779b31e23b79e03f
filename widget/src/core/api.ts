import type { OrderPart } from "./frames.js";

export type Localised = Record<string, string>;

export interface Starter {
  label: Localised;
  text: Localised;
}

export interface ShopInfo {
  shop: string;
  name: Localised;
  languages: string[];
  currency: string;
  accent: string | null;
  welcome: Localised;
  hours: Record<string, string> | null;
  timezone: string;
  open_now: boolean;
  next_open: string | null;
  profile: Record<string, unknown>;
  starters: Starter[];
  notice: Localised;
}

export interface Source {
  kind: string;
  id: string;
  title: string;
  lang: string;
  text: string;
}

export interface SearchHit {
  kind: string;
  article: string;
  title: string;
  text: string;
  lang: string;
  score: number;
}

/** What the server said instead of an answer. */
export class ApiError extends Error {
  constructor(readonly status: number) {
    super(`HTTP ${status}`);
  }
}

/** The public reads of one shop. No cookies: nothing here depends on who the browser thinks it is. */
export class Api {
  constructor(
    private readonly base: string,
    private readonly shop: string,
  ) {}

  info(): Promise<ShopInfo> {
    return this.get("widget");
  }

  source(kind: string, id: string, lang: string): Promise<Source> {
    const path = id.split("/").map(encodeURIComponent).join("/");
    return this.get(`sources/${encodeURIComponent(kind)}/${path}?lang=${encodeURIComponent(lang)}`);
  }

  async search(query: string, lang: string): Promise<SearchHit[]> {
    const found = await this.get<{ hits: SearchHit[] }>(`search?q=${encodeURIComponent(query)}&lang=${encodeURIComponent(lang)}&k=5`);
    return found.hits ?? [];
  }

  async orders(token: string, lang: string): Promise<OrderPart[]> {
    const found = await this.get<{ orders: OrderPart[] }>(`orders?lang=${encodeURIComponent(lang)}`, { Authorization: `Bearer ${token}` });
    return found.orders ?? [];
  }

  private async get<T>(path: string, headers: Record<string, string> = {}): Promise<T> {
    const url = `${this.base}/api/v1/shops/${encodeURIComponent(this.shop)}/${path}`;
    const answer = await fetch(url, { headers, credentials: "omit" });
    if (!answer.ok) throw new ApiError(answer.status);
    return (await answer.json()) as T;
  }
}

/** The text in `locale`, else in another language of the same family, else any. */
export function localised(text: Localised | null | undefined, locale: string): string {
  if (!text) return "";
  const family = locale.split("-")[0] ?? "";
  const near = Object.keys(text).find((key) => key.startsWith(family));
  return text[locale] ?? (near ? text[near] : undefined) ?? text["en"] ?? Object.values(text)[0] ?? "";
}
