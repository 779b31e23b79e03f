/** The rooms behind the front page, as one file of their own (thread.js): fetched at first open, while home is looked at. */
import { addWords } from "../core/i18n.js";
import { roomsWords } from "../core/words.rooms.js";
import prose from "../ui/prose.css";
import own from "./thread.css";

export { Help } from "./help.js";
export { Messages } from "./messages.js";
export { SourceSheet } from "./source.js";
export { Thread } from "./thread.js";

export const css = prose + own;

addWords(roomsWords);
