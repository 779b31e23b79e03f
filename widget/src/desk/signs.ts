/**
 * Where a sign opens its menu in a text: at the start, after a space, and after a Chinese sign, which nobody puts a space
 * behind. Colleagues and articles also right after Chinese words; not in an address, nor `退款/补发` as a macro's name.
 */
const PAUSE = "\\s\\u2018-\\u201f\\u2026\\u3000-\\u303f\\uff01-\\uff0f\\uff1a-\\uff20\\uff3b-\\uff40\\uff5b-\\uff65";
const LATIN = "\\w.+&/#@-";

export const SLASH = new RegExp(`(^|[${PAUSE}])/([^\\s/]*)$`);
export const AT = new RegExp(`(^|[^${LATIN}])@([^\\s@]*)$`);
/** What follows is a word: a number is an order's. */
export const HASH = new RegExp(`(^|[^${LATIN}])#([^\\s#\\d][^\\s#]*)$`);
