import type { Clock } from "./clock.js";
import type { Message, WireError } from "./frames.js";
import type { GetToken } from "./identity.js";
import type { Wire } from "./socket.js";
import type { Storage } from "./storage.js";
import type { Tabs } from "./tabs.js";

export interface ClientOptions {
  /** Origin of the server, without a slash. */
  base: string;
  shop: string;
  locale: string;
  getToken: GetToken | null;
  page: () => { url: string; title: string };
}

export interface ClientEnv {
  storage: Storage;
  clock: Clock;
  random: () => number;
  online: () => boolean;
  /** How this tab agrees with others on who connects; null where each is alone. */
  tabs: Tabs | null;
  /** This tab's name among them. */
  self: string;
  open(url: string, protocol: string): Wire;
}

export interface ClientEvents {
  change(): void;
  arrived(conversation: string, message: Message): void;
  /** A thread that had a local name now has its conversation's. */
  named(local: string, conversation: string): void;
  /** What the shop's page may want to hear of. */
  told(event: "handoff" | "resolved" | "rating", value: Record<string, unknown>): void;
  error(error: WireError): void;
}
