import type { Boot, Events } from "../embed/types.js";

/** What the chat was booted with, once the script tag has given what the page left out. */
export interface BootOptions extends Boot {
  shop: string;
  base: string;
  mode?: "floating" | "inline";
}

export type EventName = keyof Events;
