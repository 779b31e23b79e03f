import type { GetToken } from "../core/client.js";

export interface Theme {
  accent?: string;
  scheme?: "auto" | "light" | "dark";
}

/** What the shop's page may tell us. Nothing in `user` is proof of anything: only a token is. */
export interface BootOptions {
  shop: string;
  /** Origin of the server; the script's own unless told. */
  base: string;
  token?: string;
  getToken?: GetToken;
  user?: { name?: string; email?: string };
  order?: { id: string } | null;
  product?: { id: string } | null;
  locale?: string;
  theme?: Theme;
  position?: "start" | "end";
  /** From the corner, in pixels; `top` is what the open panel leaves free above it. */
  offset?: number | { x?: number; y?: number; top?: number };
  mode?: "floating" | "inline";
}

export type EventName = "ready" | "open" | "close" | "unread" | "message" | "handoff" | "resolved" | "rating" | "error";
