import assert from "node:assert/strict";
import { test } from "node:test";
import { roomsWords } from "../src/core/words.rooms.js";
import { ERROR_CODES } from "../src/core/wire.js";

test("every error of the protocol has words in both languages", () => {
  for (const words of Object.values(roomsWords) as Record<string, string>[]) {
    const missing = ERROR_CODES.filter((code) => !words[`error.${code}`]);
    assert.deepEqual(missing, []);
  }
});
