/** The rooms behind the front page, as one file of their own (thread.js): fetched at first open, while home is looked at. */
import { addWords } from "../core/i18n.js";
import { roomsWords } from "../core/words.rooms.js";

export { Help } from "./help.js";
export { SourceSheet } from "./source.js";
export { Thread } from "./thread.js";
export { default as css } from "./thread.css";

addWords(roomsWords);
