import type { Clock } from "./clock.js";
import type { AttachmentPart, Frame, WireError } from "./frames.js";
import { Outbox, type Outgoing } from "./outbox.js";
import { uuid7 } from "./uuid.js";

const ACK_MS = 15_000;
const AGAIN_MS = 2000;
/** Messages on their way at once; the others wait for an ack, so that a narrow line is not piled up. */
const WINDOW = 8;

/** Takes what the buyer says to the server: in order, under one id each, until it is acknowledged or refused. */
export class Sender {
  readonly outbox = new Outbox();

  constructor(
    private readonly clock: Clock,
    private readonly line: { send(frame: Omit<Frame, "v">): boolean; readonly congested: boolean },
    private readonly changed: () => void,
  ) {}

  write(thread: string, conversation: string, text: string, context: Record<string, unknown>, attachments: AttachmentPart[]): Outgoing {
    const at = this.clock.now();
    return { id: uuid7(at), thread, conversation, text, context, attachments, at, state: "queued", sent: false, error: null };
  }

  /** Something was said, here or in another tab. */
  take(item: Outgoing): void {
    this.outbox.add(item);
    this.drain();
  }

  retry(id: string, fresh: string, now: number): void {
    this.outbox.retry(id, fresh, now);
    this.drain();
  }

  drain(): void {
    const room = WINDOW - this.outbox.items.filter((i) => i.state === "sending").length;
    for (const item of this.outbox.ready().slice(0, Math.max(0, room))) {
      const { id, conversation, text, context } = item;
      const attachments = (item.attachments ?? []).map((part) => part.id);
      if (!this.line.send({ t: "say", id, d: { conversation, text, context, attachments } })) return;
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
    else this.outbox.failed(id, this.reason(id, error));
    return true;
  }

  /** What is not found of a message with files is, more likely than its conversation, a file that was not kept so long. */
  private reason(id: string, error: WireError): string {
    const files = this.outbox.items.find((i) => i.id === id)?.attachments?.length;
    return error.code === "not_found" && files ? "error.files" : error.message_key || `error.${error.code}`;
  }

  private again(id: string): void {
    if (!this.outbox.items.some((i) => i.id === id && i.state === "sending")) return;
    // What is still on its way out of this browser arrives no sooner for being there twice.
    if (this.line.congested) return void this.clock.after(ACK_MS, () => this.again(id));
    this.outbox.requeueOne(id);
    this.drain();
    this.changed();
  }
}
