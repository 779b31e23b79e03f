import type { Clock } from "./clock.js";
import type { AttachmentPart, Limits } from "./frames.js";
import { json } from "./json.js";
import type { Going, SendFile } from "./upload.js";
import { uuid7 } from "./uuid.js";

/** A file in a composer: on its way to the server, there, or not. */
export interface Upload {
  /** Its name at the server until that gives it an id: however often it is sent, it is kept once. */
  key: string;
  name: string;
  size: number;
  /** The bytes; null after a reload, which no browser lets them survive. */
  file: File | null;
  /** How much has gone, 0 to 1. */
  share: number;
  state: "waiting" | "sending" | "done" | "failed";
  error: string | null;
  part: AttachmentPart | null;
}

/** Where the files of a composer are noted, so that what has arrived is not sent again after a reload. */
export interface Shelf {
  read(): string | null;
  write(text: string | null): void;
}

const AT_ONCE = 2;
const AGAIN_MS = [1000, 2000, 4000, 8000];
/** Mistakes that another try cannot mend. */
const FINAL = new Set(["type", "damaged", "too_large", "empty", "many", "lost"]);

/** The files of one composer: few at once, each tried again by itself when the line fails, and gone once they are said. */
export class Uploads {
  items: readonly Upload[] = [];
  private readonly going = new Map<string, Going>();
  private readonly tries = new Map<string, number>();
  private readonly waits = new Map<string, () => void>();

  constructor(
    private readonly send: SendFile,
    private readonly clock: Clock,
    private shelf: Shelf,
    private readonly limits: () => Limits["uploads"],
    private readonly changed: () => void,
  ) {
    this.items = recall(shelf.read());
  }

  /** Something is still to arrive, or to be decided on. */
  get busy(): boolean {
    return this.items.some((item) => item.state !== "done");
  }

  get stuck(): boolean {
    return this.items.some((item) => item.state === "failed");
  }

  get ready(): boolean {
    return this.items.length > 0 && !this.busy;
  }

  add(files: Iterable<File>): void {
    const { count } = this.limits();
    for (const file of files) {
      const fault = this.items.length >= count ? "many" : this.fault(file);
      const item = { key: uuid7(this.clock.now()), name: file.name, size: file.size, file, share: 0, part: null };
      this.items = [...this.items.filter((i) => i.error !== "many"), { ...item, state: fault ? "failed" : "waiting", error: fault }];
    }
    this.go();
  }

  remove(key: string): void {
    this.waits.get(key)?.();
    const going = this.going.get(key);
    this.going.delete(key);
    going?.abort();
    this.items = this.items.filter((item) => item.key !== key);
    this.go();
  }

  retry(key: string): void {
    this.tries.delete(key);
    this.change(key, { state: "waiting", error: null, share: 0 });
    this.go();
  }

  /** A file that another try may bring. */
  mendable(item: Upload): boolean {
    return item.state === "failed" && item.file !== null && !FINAL.has(item.error ?? "");
  }

  /** What has arrived, to be said now: it leaves the composer. */
  take(): AttachmentPart[] {
    const parts = this.items.flatMap((item) => item.part ?? []);
    this.items = [];
    this.note();
    return parts;
  }

  /** What was taken and is not to be said after all. */
  giveBack(parts: readonly AttachmentPart[]): void {
    const back = parts.map((part) => ({ key: part.id, name: part.name, size: part.size, file: null, share: 1, state: "done" as const, error: null, part }));
    this.items = [...back, ...this.items];
    this.note();
  }

  moveTo(shelf: Shelf): void {
    this.shelf.write(null);
    this.shelf = shelf;
    this.note();
  }

  private fault(file: File): string | null {
    const { size, types } = this.limits();
    if (file.size > size) return "too_large";
    if (file.size === 0) return "empty";
    const known = !file.type || file.type.startsWith("text/") || types.includes(file.type);
    return known ? null : "type";
  }

  private go(): void {
    const room = AT_ONCE - this.items.filter((item) => item.state === "sending").length;
    for (const item of this.items.filter((i) => i.state === "waiting" && !this.waits.has(i.key)).slice(0, Math.max(0, room))) this.start(item);
    this.note();
  }

  private start({ key, file }: Upload): void {
    if (!file) return;
    this.change(key, { state: "sending", error: null });
    const going = this.send(file, key, (share) => {
      this.change(key, { share });
      this.changed();
    });
    this.going.set(key, going);
    void going.outcome.then((outcome) => {
      if (this.going.get(key) !== going) return;
      this.going.delete(key);
      if ("part" in outcome) this.change(key, { state: "done", share: 1, part: outcome.part });
      else if ("refused" in outcome) this.change(key, { state: "failed", error: outcome.refused });
      else this.later(key);
      this.go();
    });
  }

  /** Again after a while, a few times; then it is the person's to say. */
  private later(key: string): void {
    const tried = this.tries.get(key) ?? 0;
    const wait = AGAIN_MS[tried];
    if (wait === undefined) return this.change(key, { state: "failed", error: "network" });
    this.tries.set(key, tried + 1);
    this.change(key, { state: "waiting", share: 0 });
    const cancel = this.clock.after(wait, () => {
      this.waits.delete(key);
      this.go();
    });
    this.waits.set(key, () => {
      cancel();
      this.waits.delete(key);
    });
  }

  private change(key: string, next: Partial<Upload>): void {
    this.items = this.items.map((item) => (item.key === key ? { ...item, ...next } : item));
  }

  private note(): void {
    const kept = this.items.filter((item) => item.part || item.file).map(({ key, name, size, part }) => ({ key, name, size, part }));
    this.shelf.write(kept.length ? json(kept) : null);
    this.changed();
  }
}

/** After a reload: what had arrived is there; what had not must be picked again, and says so. */
function recall(text: string | null): Upload[] {
  try {
    const kept = JSON.parse(text ?? "[]") as Pick<Upload, "key" | "name" | "size" | "part">[];
    return kept.map((one) => (one.part ? { ...one, file: null, share: 1, state: "done", error: null } : { ...one, file: null, share: 0, state: "failed", error: "lost" }));
  } catch {
    return [];
  }
}
