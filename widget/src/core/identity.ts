import type { Clock } from "./clock.js";
import { claimsOf, slotKey } from "./slot.js";

import type { GetToken } from "../embed/types.js";

export type { GetToken };

/** A token so close to its end may be over before the server reads it. */
const MARGIN_MS = 20_000;

/** Who the shop's page says this is. A token is fetched when needed, never kept beyond this page. */
export class Identity {
  private token: string | null = null;

  constructor(
    private readonly shop: string,
    private readonly clock: Clock,
    public getToken: GetToken | null,
  ) {}

  /** The drawer of whoever the last token named, or of the visitor. */
  get key(): string {
    return slotKey(this.shop, claimsOf(this.token).sub);
  }

  async fetch(): Promise<string | null> {
    this.token = (await this.getToken?.()) || null;
    return this.token;
  }

  async fresh(): Promise<string | null> {
    const { exp } = claimsOf(this.token);
    const good = this.token && (exp === null || exp * 1000 - this.clock.now() > MARGIN_MS);
    return good ? this.token : this.fetch();
  }

  forget(): void {
    this.token = null;
  }
}
