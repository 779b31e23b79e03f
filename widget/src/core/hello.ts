import type { ClientOptions } from "./client_env.js";
import type { HelloCommand } from "./wire.js";

/** The body of a buyer's `hello`. A cursor is worth nothing without the epoch it counts in. */
export function helloOf(
  options: ClientOptions,
  since: { cursor: number | null; epoch: string | null },
  token: string | null,
  visitor: string | null,
): HelloCommand {
  const { cursor, epoch } = since;
  return {
    role: "buyer",
    shop: options.shop,
    ...(token ? { token } : visitor ? { visitor } : {}),
    ...(cursor === null ? {} : { cursor, epoch }),
    locale: options.locale,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    page: options.page(),
    caps: [],
  };
}
