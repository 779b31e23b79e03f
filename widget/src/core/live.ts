/** An answer as it streams: what came of it, and the number of the piece that comes next. */
export interface Live {
  message: string;
  text: string;
  next: number;
}

type Body = { message?: unknown; text?: unknown; i?: unknown };

/** An answer that is under way already, as far as it has come. */
export const begun = (d: Body): Live => ({ message: String(d.message), text: String(d.text ?? ""), next: Number(d.i ?? 0) + 1 });

/** With its next piece; null for any other: a hole cannot be filled, and what came before it stands until `done` brings the whole. */
export function grown(now: Live | undefined, d: Body): Live | null {
  const same = now?.message === String(d.message) ? now : null;
  if (Number(d.i ?? 0) !== (same?.next ?? 0)) return null;
  const piece = begun(d);
  return { ...piece, text: (same?.text ?? "") + piece.text };
}
