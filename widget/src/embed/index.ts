/** `anxin-chat` from npm: the script of a shop's own server, fetched once, and its function with types. No copy of it. */
import type { Anxin } from "./types.js";

export type { Anxin, Boot, Events, GetToken, Invitation, Theme } from "./types.js";

type Call = (...args: unknown[]) => unknown;
type Global = Call & { q?: unknown[][]; v?: 1 };

/**
 * The chat's function, for the server at `base` (`https://support.example.com`). Its script is added to the page by the
 * first call of this; on a server that renders pages nothing happens. Call `boot` once the page is the shop's own.
 */
export function loadAnxin(base: string): Anxin {
  if (typeof document === "undefined") return (() => () => {}) as Anxin;
  // Typed for a page as the chat; here it may be the queue before it.
  const page = window as unknown as { Anxin?: Global };
  if (!page.Anxin) {
    const kept: unknown[][] = [];
    page.Anxin = Object.assign((...args: unknown[]) => void kept.push(args), { q: kept });
    const script = document.createElement("script");
    script.async = true;
    script.src = new URL("/widget.js", base).href;
    document.head.append(script);
  }
  const tell: Call = (...args) => {
    const anxin = page.Anxin as Global;
    if (anxin.v || args[0] !== "on") return anxin(...args);
    // What is kept for later gives nothing back: whoever stops listening meanwhile is not told.
    let gone = false;
    const [, event, listener] = args as [string, string, Call];
    anxin("on", event, (value: unknown) => gone || listener(value));
    return () => void (gone = true);
  };
  return tell as Anxin;
}
