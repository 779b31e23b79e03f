/** Moments named by the clock that hangs in the shop. A zone that is not known is ours. */

export interface Hands {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  /** 0 is Sunday. */
  weekday: number;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** What the clock of a zone shows. */
export function handsOf(at: Date, zone: string | undefined): Hands {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", weekday: "short", hourCycle: "h23" });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const of = (type: string) => Number(parts[type]);
  return { year: of("year"), month: of("month"), day: of("day"), hour: of("hour"), minute: of("minute"), weekday: DAYS.indexOf(parts["weekday"] ?? "") };
}

/** When a zone's clock shows that; an hour that the change of clocks leaves out is the one after it. */
export function momentOf(year: number, month: number, day: number, hour: number, minute: number, zone: string | undefined): Date {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let at = wanted;
  // Twice: the first step may land on the other side of a change of clocks.
  for (let i = 0; i < 2; i += 1) {
    const shown = handsOf(new Date(at), zone);
    at += wanted - Date.UTC(shown.year, shown.month - 1, shown.day, shown.hour, shown.minute);
  }
  return new Date(at);
}

export type Preset = "1h" | "tonight" | "tomorrow" | "monday";

const HOUR = 3_600_000;
const EVENING = 20;
const MORNING = 9;

/** The times that are offered for putting something aside; this evening only while it is still ahead. */
export function presets(now: Date, zone: string | undefined): [Preset, Date][] {
  const { year, month, day, hour, weekday } = handsOf(now, zone);
  const monday = ((8 - weekday) % 7) || 7;
  const found: [Preset, Date][] = [["1h", new Date(now.getTime() + HOUR)]];
  if (hour < EVENING) found.push(["tonight", momentOf(year, month, day, EVENING, 0, zone)]);
  found.push(["tomorrow", momentOf(year, month, day + 1, MORNING, 0, zone)]);
  if (monday > 1) found.push(["monday", momentOf(year, month, day + monday, MORNING, 0, zone)]);
  return found;
}

/** What an input for a time holds, by a zone's clock; null where it is no time. */
export function ownMoment(text: string, zone: string | undefined): Date | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  return momentOf(year, month, day, hour, minute, zone);
}
