/** Contrast arithmetic of WCAG 2.2: an accent comes from the shop, the text on it is ours to get right. */
export type Rgb = readonly [number, number, number];

export const WHITE: Rgb = [255, 255, 255];
const AA = 4.5;

/** `#rgb` or `#rrggbb` → 0..255 each, null for anything else. */
export function parseHex(text: string): Rgb | null {
  const m = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim());
  if (!m?.[1]) return null;
  const h = m[1].length === 3 ? m[1].replace(/./g, "$&$&") : m[1];
  const at = (i: number) => parseInt(h.slice(i, i + 2), 16);
  return [at(0), at(2), at(4)];
}

export function toHex(rgb: Rgb): string {
  return "#" + rgb.map((c) => Math.round(c).toString(16).padStart(2, "0")).join("");
}

export function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((c) => {
    const s = c / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** 1 (same) to 21 (black on white). */
export function contrast(a: Rgb, b: Rgb): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (hi + 0.05) / (lo + 0.05);
}

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (i: 0 | 1 | 2) => a[i] * share + b[i] * (1 - share);
  return [at(0), at(1), at(2)];
}

/** The text colour on `accent`: white where it reads (3:1 would do for large text, we ask 4.5), else near black. */
export function textOn(accent: Rgb): Rgb {
  const ink: Rgb = [15, 18, 25];
  return contrast(accent, WHITE) >= AA ? WHITE : contrast(accent, ink) >= contrast(accent, WHITE) ? ink : WHITE;
}

/** `accent` moved towards black or white just far enough to be read as text on `ground`. */
export function readableOn(accent: Rgb, ground: Rgb, ratio: number = AA): Rgb {
  const goal: Rgb = luminance(ground) > 0.4 ? [0, 0, 0] : WHITE;
  for (let share = 0; share <= 1; share += 0.04) {
    const tried = mix(goal, accent, share);
    if (contrast(tried, ground) >= ratio) return tried;
  }
  return goal;
}

export const GROUND = { light: [255, 255, 255] as Rgb, dark: [24, 26, 32] as Rgb };
export const DEFAULT_ACCENT = "#2f54d0";

export interface AccentColours {
  accent: string;
  ink: string;
  text: string;
  soft: string;
  softer: string;
  line: string;
  hover: string;
}

/** Every colour that follows from the shop's accent, for one scheme. */
export function accentColours(accent: string | null | undefined, scheme: "light" | "dark"): AccentColours {
  const asked = parseHex(accent ?? "") ?? (parseHex(DEFAULT_ACCENT) as Rgb);
  const ground = GROUND[scheme];
  // A fill must be seen against the ground (3:1 for controls), whatever the shop chose.
  const fill = readableOn(asked, ground, scheme === "dark" ? 3.2 : 3);
  const soft = mix(fill, ground, scheme === "dark" ? 0.2 : 0.1);
  const ink = textOn(fill);
  return {
    accent: toHex(fill),
    ink: toHex(ink),
    text: toHex(readableOn(asked, soft)),
    soft: toHex(soft),
    softer: toHex(mix(fill, ground, scheme === "dark" ? 0.1 : 0.05)),
    line: toHex(mix(fill, ground, scheme === "dark" ? 0.42 : 0.28)),
    hover: toHex(mix(ink === WHITE ? [0, 0, 0] : WHITE, fill, 0.12)),
  };
}
