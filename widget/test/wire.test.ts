import assert from "node:assert/strict";
import { test } from "node:test";
import { roomsWords } from "../src/core/words.rooms.js";
import { ERROR_CODES } from "../src/core/wire.js";
import { word, type Word } from "../src/desk/words.js";

const LOCALES = ["zh-CN", "en"] as const;

test("every error of the protocol has words in both languages, in the chat and on the desk", () => {
  for (const locale of LOCALES)
    for (const code of ERROR_CODES) {
      const key = `error.${code}`;
      assert.ok((roomsWords[locale] as Record<string, string>)[key], `${locale} ${key}`);
      assert.notEqual(word(locale, key as Word), key, `${locale} ${key} on the desk`);
    }
});
