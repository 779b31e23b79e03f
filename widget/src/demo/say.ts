import { localised } from "../core/api.js";
import * as shop from "./shop.js";
import { word, type Word } from "./words.js";

/** The page's own words, in the language that is on. */
export const t = (key: Word, args?: Record<string, unknown>): string => word(shop.locale.value, key, args);

/** What the shop says in several languages, in that one. */
export const text = (value: Record<string, string> | string | null | undefined): string =>
  typeof value === "string" ? value : localised(value, shop.locale.value);
