/** What a shop's page says to the chat, and what it hears: the types of the one global function `Anxin`. */

/** Gives a fresh token that the shop's server signed, or nothing where nobody is signed in. */
export type GetToken = () => Promise<string | null | undefined> | string | null | undefined;

export interface Theme {
  /** Any CSS colour; the text on it is reckoned for contrast. */
  accent?: string;
  scheme?: "auto" | "light" | "dark";
}

/** Words of the shop's own, shown beside the launcher once somebody has been on a page for a while. */
export interface Invitation {
  /** The path of the pages meant, `*` for anything: `/cart*`. Every page where it is left out. */
  path?: string;
  /** Seconds on the page, counted while it is looked at. */
  after: number;
  text: string;
}

export interface Boot {
  /** The shop's id; the script tag's `data-shop` unless told. */
  shop?: string;
  /** Origin of the server; the script's own unless told. */
  base?: string;
  token?: string;
  getToken?: GetToken;
  /** A visitor's name as the page has it: agents see it as unverified, and it opens nothing. */
  user?: { name?: string } | null;
  order?: { id: string } | null;
  product?: { id: string } | null;
  locale?: string;
  theme?: Theme;
  position?: "start" | "end";
  /** From the corner, in pixels; `top` is what the open panel leaves free above it. */
  offset?: number | { x?: number; y?: number; top?: number };
  /** At most one is shown in `invite.every` hours (24 unless told), and none to whoever has a chat. */
  invite?: { rules: Invitation[]; every?: number };
  /** Whether a message that comes while nobody looks is heard; the browser allows it after the first gesture. */
  sound?: boolean;
}

/** What `on` hears, by its name. */
export interface Events {
  ready: { shop: string };
  open: null;
  close: null;
  unread: number;
  message: { conversation: string; message: string; author: "buyer" | "assistant" | "agent" | "system"; text: string };
  handoff: { conversation: string; stage: string };
  resolved: { conversation: string };
  rating: { conversation: string; score: number | null };
  error: { code: string; message?: string };
}

/** The function itself. It never throws; calls made before the chat has come are kept. */
export interface Anxin {
  (command: "boot", options?: Boot): void;
  (command: "update", change: Boot): void;
  (command: "open", how?: { prefill?: string }): void;
  (command: "close"): void;
  (command: "identify", who: string | { token?: string; getToken?: GetToken }): void;
  /** Log-out: wipes what the browser kept and closes the connection. */
  (command: "shutdown"): void;
  <E extends keyof Events>(command: "on", event: E, listener: (value: Events[E]) => void): () => void;
}

declare global {
  interface Window {
    Anxin?: Anxin;
  }
}
