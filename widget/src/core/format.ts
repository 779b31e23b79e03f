/** Money is decimal text on the wire and stays text: no float ever touches it. */
export function money(amount: string | null, currency: string | null): string {
  if (amount === null) return "—";
  const sign: Record<string, string> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", JPY: "¥", HKD: "HK$", TWD: "NT$" };
  const mark = currency ? sign[currency] : "";
  return mark === undefined ? `${amount} ${currency}` : mark + amount;
}

const made = new Map<string, unknown>();

/** A formatter costs more to make than to use a hundred times, and a list draws twenty rows in a frame. */
function once<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

function dates(locale: string, how: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return once(locale + JSON.stringify(how), () => new Intl.DateTimeFormat(locale, how));
}

function relative(locale: string, style: "long" | "short"): Intl.RelativeTimeFormat {
  return once(locale + style, () => new Intl.RelativeTimeFormat(locale, { numeric: "auto", style }));
}

function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

/** 14:05 today, else with the day: tomorrow 09:00, Nov 18 14:05. */
export function clockTime(iso: string, locale: string, now: Date = new Date()): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  const time = dates(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  return sameDay(at, now) ? time : `${dayName(at, locale, now)} ${time}`;
}

/** A time by the clock that hangs in the shop, always with its day: today at 09:30, tomorrow at 09:00. */
export function shopTime(iso: string, locale: string, zone: string | undefined, now: Date = new Date()): string {
  const at = wallTime(new Date(iso), zone);
  if (!at) return "";
  const join = locale.startsWith("zh") ? " " : " at ";
  return dayName(at, locale, wallTime(now, zone) ?? now) + join + clockTime(at.toISOString(), locale, at);
}

/** The same hands of the clock as in a zone, read as if that were ours; an unknown zone is ours. */
function wallTime(at: Date, timeZone: string | undefined): Date | null {
  if (Number.isNaN(at.getTime())) return null;
  try {
    const parts = dates("en", { timeZone, year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" }).formatToParts(at);
    const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
    return new Date(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"));
  } catch {
    return at;
  }
}

/** Yesterday, today and tomorrow by name, other days by their date. */
export function dayName(at: Date, locale: string, now: Date = new Date()): string {
  const day = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 86_400_000;
  const away = day(at) - day(now);
  if (Math.abs(away) > 1) return shortDay(at, locale, now);
  return relative(locale, "long").format(away, "day");
}

function shortDay(at: Date, locale: string, now: Date): string {
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return dates(locale, { year, month: "short", day: "numeric" }).format(at);
}

export function day(iso: string | null, locale: string): string {
  const at = new Date(iso ?? "");
  if (Number.isNaN(at.getTime())) return "—";
  return dates(locale, { year: "numeric", month: "short", day: "numeric" }).format(at);
}

/** The day by its date, however near: an order's record is read again later. By the shop's clock where it is known. */
export function dateTime(iso: string | null, locale: string, zone?: string): string {
  const at = wallTime(new Date(iso ?? ""), zone);
  if (!at) return "—";
  const time = dates(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  return `${shortDay(at, locale, new Date())} ${time}`;
}

/** "3 minutes ago", in words of the locale. */
export function ago(iso: string, locale: string, now: number = Date.now()): string {
  const at = new Date(iso).getTime();
  if (Number.isNaN(at)) return "";
  const minutes = Math.round((at - now) / 60_000);
  const words = relative(locale, "short");
  // “现在” is what a formatter says for no seconds, and nobody else does.
  if (Math.abs(minutes) < 1) return locale.startsWith("zh") ? "刚刚" : words.format(0, "second");
  if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
  if (Math.abs(minutes) < 24 * 60) return words.format(Math.round(minutes / 60), "hour");
  return words.format(Math.round(minutes / 1440), "day");
}

/** Whether a day's hours are all of it. */
export function throughout(span: string): boolean {
  return /^00:00-(00|24):00$/.test(span);
}
