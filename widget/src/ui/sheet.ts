import { accentColours } from "../core/colour.js";
import parts from "./parts.css";
import tokens from "./tokens.css";

/** The product's style, then the shop's accent: constructable sheets, so that a host's CSP has nothing to refuse. */
export class Styles {
  private readonly base = new CSSStyleSheet();
  private readonly accent = new CSSStyleSheet();
  private readonly added = new Map<string, CSSStyleSheet>();

  constructor(
    private readonly root: ShadowRoot | Document,
    own: string,
  ) {
    this.base.replaceSync(tokens + parts + own);
    root.adoptedStyleSheets = [this.base, this.accent];
  }

  /** The style of what was fetched later. */
  add(css: string | undefined): void {
    if (!css || this.added.has(css)) return;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.added.set(css, sheet);
    this.root.adoptedStyleSheets = [this.base, ...this.added.values(), this.accent];
  }

  paint(accent: string | null | undefined): void {
    const rules = (["light", "dark"] as const).map((scheme) => {
      const c = accentColours(accent, scheme);
      const names = { accent: c.accent, "accent-ink": c.ink, "accent-text": c.text, "accent-soft": c.soft };
      const more = { "accent-softer": c.softer, "accent-line": c.line, "accent-hover": c.hover };
      const body = Object.entries({ ...names, ...more }).map(([name, value]) => `--${name}:${value};`);
      return `.root[data-scheme=${scheme}]{${body.join("")}}`;
    });
    this.accent.replaceSync(rules.join(""));
  }
}
