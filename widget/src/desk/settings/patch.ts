export type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table => typeof value === "object" && value !== null && !Array.isArray(value);

/** What makes `after` of `before`, as a merge patch (RFC 7396): tables within tables, null takes a key out. */
export function patch(before: Table, after: Table): Table {
  const changes: Table = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]];
    if (is === undefined) {
      if (was !== undefined) changes[key] = null;
    } else if (isTable(was) && isTable(is)) {
      const below = patch(was, is);
      if (Object.keys(below).length > 0) changes[key] = below;
    } else if (JSON.stringify(was) !== JSON.stringify(is)) changes[key] = is;
  }
  return changes;
}
