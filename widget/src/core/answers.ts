import type { Clock } from "./clock.js";
import type { Frame, WireError } from "./frames.js";

type Request = Pick<Frame, "t" | "d"> & { id: string };

interface Waiting {
  frame: Request;
  resolve(d: Record<string, unknown>): void;
  reject(error: RequestError): void;
  cancel(): void;
}

/** The server said no, or nothing at all for too long. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    readonly messageKey: string,
  ) {
    super(code);
  }
}

const PATIENCE_MS = 20_000;

/** Requests that wait for their ack. They survive a broken connection: the same id is sent again and has one effect. */
export class Answers {
  private readonly waiting = new Map<string, Waiting>();

  constructor(private readonly clock: Clock) {}

  expect(frame: Request): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      const late: WireError = { code: "unavailable", message_key: "error.unavailable", retry: true };
      const cancel = this.clock.after(PATIENCE_MS, () => this.reject(frame.id, late));
      this.waiting.set(frame.id, { frame, resolve, reject, cancel });
    });
  }

  resend(send: (frame: Request) => void): void {
    for (const { frame } of this.waiting.values()) send(frame);
  }

  resolve(id: string, d: Record<string, unknown>): void {
    const waiting = this.take(id);
    waiting?.resolve(d);
  }

  reject(id: string, error: WireError): boolean {
    const waiting = this.take(id);
    waiting?.reject(new RequestError(error.code, error.message_key || `error.${error.code}`));
    return waiting !== undefined;
  }

  rejectAll(): void {
    const gone: WireError = { code: "closed", message_key: "error.closed", retry: false };
    for (const id of [...this.waiting.keys()]) this.reject(id, gone);
  }

  private take(id: string): Waiting | undefined {
    const waiting = this.waiting.get(id);
    waiting?.cancel();
    this.waiting.delete(id);
    return waiting;
  }
}
