/** Light markdown → a tree. The tree becomes DOM nodes elsewhere; there is no HTML on the way. */
export type Inline =
  | { t: "text"; text: string }
  | { t: "strong"; children: Inline[] }
  | { t: "code"; text: string }
  | { t: "link"; href: string; children: Inline[] }
  | { t: "cite"; n: number }
  | { t: "br" };

export type Block =
  | { t: "p"; children: Inline[] }
  | { t: "h"; children: Inline[] }
  | { t: "ul" | "ol"; items: Inline[][]; start: number }
  | { t: "quote"; children: Inline[] }
  | { t: "pre"; text: string };

/** Characters read at most; the rest is cut, with an ellipsis. */
export const LIMIT = 8 * 1024;

const BULLET = /^\s{0,3}[-*•]\s+(.*)$/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)、]\s*(.*)$/;
/** A line that is bold from end to end is a heading in all but name. */
const HEADING = /^(?:#{1,6}\s+(.*)|\*\*([^*]+)\*\*[:：]?)\s*$/;
const QUOTE = /^>\s?(.*)$/;
const FENCE = /^```/;

export function parse(source: string): Block[] {
  const text = source.length > LIMIT ? source.slice(0, LIMIT) + "…" : source;
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) at = takeBlock(lines, at, blocks);
  return blocks;
}

function takeBlock(lines: string[], at: number, blocks: Block[]): number {
  const line = lines[at] ?? "";
  if (line.trim() === "") return at + 1;
  if (FENCE.test(line)) return takeFence(lines, at, blocks);
  const heading = HEADING.exec(line);
  if (heading) {
    blocks.push({ t: "h", children: inline(heading[1] ?? heading[2] ?? "") });
    return at + 1;
  }
  if (BULLET.test(line)) return takeList(lines, at, BULLET, "ul", blocks);
  if (NUMBER.test(line)) return takeList(lines, at, NUMBER, "ol", blocks);
  if (QUOTE.test(line)) return takeRun(lines, at, blocks, "quote");
  return takeRun(lines, at, blocks, "p");
}

function takeFence(lines: string[], at: number, blocks: Block[]): number {
  let end = at + 1;
  while (end < lines.length && !FENCE.test(lines[end] ?? "")) end += 1;
  blocks.push({ t: "pre", text: lines.slice(at + 1, end).join("\n") });
  return end + 1;
}

function takeList(lines: string[], at: number, mark: RegExp, t: "ul" | "ol", blocks: Block[]): number {
  const items: Inline[][] = [];
  const first = mark.exec(lines[at] ?? "");
  const start = t === "ol" ? Number(first?.[1] ?? 1) : 1;
  let end = at;
  for (; end < lines.length; end += 1) {
    const m = mark.exec(lines[end] ?? "");
    if (!m) break;
    items.push(inline(m[t === "ol" ? 2 : 1] ?? ""));
  }
  blocks.push({ t, items, start });
  return end;
}

function startsBlock(line: string): boolean {
  return line.trim() === "" || [BULLET, NUMBER, HEADING, QUOTE, FENCE].some((mark) => mark.test(line));
}

/** Lines up to the next block, joined by breaks. */
function takeRun(lines: string[], at: number, blocks: Block[], t: "p" | "quote"): number {
  const children: Inline[] = [];
  let end = at;
  for (; end < lines.length; end += 1) {
    const line = lines[end] ?? "";
    const quoted = QUOTE.exec(line);
    if (t === "quote" ? !quoted : end > at && startsBlock(line)) break;
    if (end > at) children.push({ t: "br" });
    children.push(...inline(t === "quote" ? (quoted?.[1] ?? "") : line));
  }
  blocks.push({ t, children });
  return end;
}

const TOKEN = new RegExp(
  [
    "`([^`\\n]+)`", // 1 code
    "\\*\\*(?=\\S)([^\\n]*?\\S)\\*\\*", // 2 strong
    "\\[([^\\]\\n]{1,200})\\]\\((https?://[^\\s)]+|mailto:[^\\s)]+)\\)", // 3, 4 link
    "\\[(\\d{1,2})\\]", // 5 citation mark
    "(https?://[^\\s<>\"'`，。；！？、）】」』《》]+)", // 6 bare address, ended by Chinese punctuation
  ].join("|"),
  "g",
);

/** Marks inside one line. Nesting stops at strong: deeper is not written by anyone and not worth a parser. */
export function inline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let from = 0;
  for (const m of text.matchAll(TOKEN)) {
    const at = m.index ?? 0;
    if (at > from) out.push({ t: "text", text: text.slice(from, at) });
    from = at + m[0].length;
    const made = token(m, depth);
    out.push(made.node);
    if (made.rest) from -= made.rest;
  }
  if (from < text.length) out.push({ t: "text", text: text.slice(from) });
  return out;
}

function token(m: RegExpMatchArray, depth: number): { node: Inline; rest: number } {
  if (m[1] !== undefined) return { node: { t: "code", text: m[1] }, rest: 0 };
  if (m[2] !== undefined) {
    const children: Inline[] = depth > 1 ? [{ t: "text", text: m[2] }] : inline(m[2], depth + 1);
    return { node: { t: "strong", children }, rest: 0 };
  }
  if (m[3] !== undefined && m[4] !== undefined) return { node: link(m[4], m[3]), rest: 0 };
  if (m[5] !== undefined) return { node: { t: "cite", n: Number(m[5]) }, rest: 0 };
  const whole = m[6] ?? "";
  // ASCII punctuation may be part of an address, but not its last character.
  const address = whole.replace(/[.,;:!?)\]*]+$/, "");
  return { node: link(address, address), rest: whole.length - address.length };
}

function link(href: string, label: string): Inline {
  return { t: "link", href, children: [{ t: "text", text: label }] };
}

/** The tree as plain text, for a live region or a preview line. */
export function plain(source: string): string {
  const flat = (nodes: Inline[]): string =>
    nodes
      .map((n) => {
        if (n.t === "text" || n.t === "code") return n.text;
        if (n.t === "br") return " ";
        return n.t === "cite" ? "" : flat(n.children);
      })
      .join("");
  return parse(source)
    .map((b) => (b.t === "pre" ? b.text : "items" in b ? b.items.map(flat).join(" · ") : flat(b.children)))
    .join(" ")
    .trim();
}
