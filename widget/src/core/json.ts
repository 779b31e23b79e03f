const lists = Array.prototype as { toJSON?: unknown };

/** JSON of plain data, though an old library gave every list of the page a `toJSON`, which JSON.stringify would obey. */
export function json(value: unknown): string {
  const own = lists.toJSON;
  Reflect.deleteProperty(lists, "toJSON");
  const text = JSON.stringify(value);
  if (own) lists.toJSON = own;
  return text;
}
