import type { Message, Part } from "./frames.js";
import { plain } from "./markdown.js";

/** The files of a message in words. */
export function fileNames(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === "attachment" ? part.name : [])).join(", ");
}

/** A message in one line: what it says, or else what it brings. */
export function inShort(message: Message): string {
  return plain(message.text) || fileNames(message.parts);
}
