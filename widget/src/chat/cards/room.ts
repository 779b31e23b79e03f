/** The cards of a thread, as one file of their own (cards.js): fetched with the first thread that is opened. */
import { addWords } from "../../core/i18n.js";
import { cardsWords } from "../../core/words.cards.js";
import card from "../../ui/card.css";
import own from "./cards.css";

export { Parts } from "./index.js";

export const css = card + own;

addWords(cardsWords);
