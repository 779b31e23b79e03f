/** Which of many rows of one height are drawn: those in sight, some around them, and the one that holds the hand. */

/** Rows above and below what is in sight, so that a scroll shows no gap before the next frame. */
const AROUND = 8;

export interface Sight {
  top: number;
  height: number;
}

export function drawn(n: number, row: number, { top, height }: Sight, held: number): number[] {
  const first = Math.max(0, Math.floor(top / row) - AROUND);
  const last = Math.min(n - 1, Math.ceil((top + height) / row) + AROUND);
  const places = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  if (held >= 0 && held < n && (held < first || held > last)) places.push(held);
  return places;
}

/** Where the list has to stand so that a row is in sight; where it stands if it is. */
export function revealed(place: number, row: number, { top, height }: Sight): number {
  if (place * row < top) return place * row;
  return (place + 1) * row > top + height ? (place + 1) * row - height : top;
}
