/** Where a quote lies in its source, in UTF-16 units; null where it is not to be found. */
export function findQuote(text: string, quote: string, start?: number | null, end?: number | null): [number, number] | null {
  const exact = quote ? text.indexOf(quote) : -1;
  if (exact >= 0) return [exact, exact + quote.length];
  return looseQuote(text, quote) ?? byCodePoints(text, start, end);
}

/** White space differs between a passage and its document (joined lines); nothing else may. */
function looseQuote(text: string, quote: string): [number, number] | null {
  const wanted = quote.replace(/\s+/g, "");
  if (!wanted) return null;
  const places: number[] = [];
  let bare = "";
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? "";
    if (/\s/.test(c)) continue;
    bare += c;
    places.push(i);
  }
  const at = bare.indexOf(wanted);
  if (at < 0) return null;
  return [places[at] ?? 0, (places[at + wanted.length - 1] ?? 0) + 1];
}

/** The server counts code points, JavaScript UTF-16 units. */
function byCodePoints(text: string, start?: number | null, end?: number | null): [number, number] | null {
  if (start == null || end == null || end <= start) return null;
  const points = Array.from(text);
  if (end > points.length) return null;
  const from = points.slice(0, start).join("").length;
  return [from, from + points.slice(start, end).join("").length];
}
