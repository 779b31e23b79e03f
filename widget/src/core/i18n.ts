import type { cardsWords } from "./words.cards.js";
import type { roomsWords } from "./words.rooms.js";
import { shellWords } from "./words.shell.js";

export type Locale = "zh-CN" | "en";
export type Key = keyof (typeof shellWords)["zh-CN"] | keyof (typeof roomsWords)["zh-CN"] | keyof (typeof cardsWords)["zh-CN"];

const tables: Record<Locale, Record<string, string>> = { "zh-CN": { ...shellWords["zh-CN"] }, en: { ...shellWords.en } };

/** Words that came with a file fetched later. */
export function addWords(more: Record<Locale, Record<string, string>>): void {
  Object.assign(tables["zh-CN"], more["zh-CN"]);
  Object.assign(tables.en, more.en);
}

/** The first wish that we can meet; Chinese of any region reads zh-CN, everybody else English. */
export function pickLocale(...wishes: (string | null | undefined)[]): Locale {
  const wish = wishes.find((w) => w);
  return wish && /^zh\b/i.test(wish) ? "zh-CN" : "en";
}

/** `{name}` in the text is replaced by `args.name`. */
export function say(locale: Locale, key: Key, args: Record<string, unknown> = {}): string {
  return (tables[locale][key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}

/** A key from the server, which may be newer than our words: `other` is said in its place. */
export function sayKey(locale: Locale, key: string | null | undefined, other: Key, args: Record<string, unknown> = {}): string {
  return say(locale, key && key in tables.en ? (key as Key) : other, args);
}
