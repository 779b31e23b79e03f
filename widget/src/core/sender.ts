import type { Clock } from "./clock.js";
import type { Frame, WireError } from "./frames.js";
import { Outbox, type Outgoing } from "./outbox.js";
import { uuid7 } from "./uuid.js";

const ACK_MS = 15_000;
const AGAIN_MS = 2000;

/** Takes what the buyer says to the server: in order, under one id each, until it is acknowledged or refused. */
export class Sender {
  readonly outbox = new Outbox();

  constructor(
    private readonly clock: Clock,
    private readonly send: (frame: Omit<Frame, "v">) => boolean,
    private readonly changed: () => void,
  ) {}

  say(thread: string, conversation: string, text: string, context: Record<string, unknown>): string {
    const at = this.clock.now();
    const id = uuid7(at);
    this.outbox.add({ id, thread, conversation, text, context, at });
    this.drain();
    return id;
  }

  retry(id: string): void {
    const now = this.clock.now();
    this.outbox.retry(id, uuid7(now), now);
    this.drain();
  }

  drain(): void {
    for (const item of this.outbox.ready()) {
      const { id, conversation, text, context } = item;
      if (!this.send({ t: "say", id, d: { conversation, text, context, attachments: [] } })) return;
      this.outbox.sending(id);
      this.clock.after(ACK_MS, () => this.again(id));
    }
  }

  acked(id: string, conversation: string): Outgoing | null {
    const item = this.outbox.acked(id, conversation);
    if (item) this.drain();
    return item;
  }

  /** Whether the refusal was of something said. What may be tried again is, by itself, when the server says so. */
  refused(id: string, error: WireError): boolean {
    if (!this.outbox.items.some((i) => i.id === id)) return false;
    const again = error.retry || error.code === "rate" || error.code === "unavailable";
    if (again) this.clock.after(error.after_ms ?? AGAIN_MS, () => this.again(id));
    else this.outbox.failed(id, error.message_key || `error.${error.code}`);
    return true;
  }

  private again(id: string): void {
    if (!this.outbox.items.some((i) => i.id === id && i.state === "sending")) return;
    this.outbox.requeueOne(id);
    this.drain();
    this.changed();
  }
}
