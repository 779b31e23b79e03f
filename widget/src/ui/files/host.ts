import { type Signal, signal } from "@preact/signals";
import { wallClock } from "../../core/clock.js";
import { Files, fileSize } from "../../core/files.js";
import type { AttachmentPart, Limits } from "../../core/frames.js";
import type { Locale } from "../../core/i18n.js";
import { type FileDoor, sender } from "../../core/upload.js";
import { type Shelf, type Upload, Uploads } from "../../core/uploads.js";
import { type FileKey, fileWords } from "../../core/words.files.js";

export interface HostEnv {
  door: FileDoor;
  locale(): Locale;
  limits(): Limits["uploads"];
  /** A place of this person's own in the browser's storage. */
  recall(name: string): string | null;
  remember(name: string, text: string | null): void;
}

/** Everything about files on one page: what waits in each composer, what was fetched, which picture is open. */
export class FileHost {
  readonly files: Files;
  readonly picture: Signal<AttachmentPart | null> = signal(null);
  private readonly tick = signal(0);
  private readonly said = new Map<string, AttachmentPart>();
  private readonly composers = new Map<string, Uploads>();

  constructor(private readonly env: HostEnv) {
    this.files = new Files(env.door);
  }

  t(key: FileKey, args: Record<string, unknown> = {}): string {
    const text = fileWords[this.env.locale()][key];
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
  }

  get limits(): Limits["uploads"] {
    return this.env.limits();
  }

  /** The files of one composer; whoever reads this while drawing is drawn again when they change. */
  of(thread: string): Uploads {
    this.tick.value;
    return this.composers.get(thread) ?? this.make(thread);
  }

  /** What is to be said from a composer, which is empty then. */
  take(thread: string): AttachmentPart[] {
    const uploads = this.of(thread);
    for (const { part, file } of uploads.items) if (part && file) this.files.know(part.id, file);
    const parts = uploads.take();
    for (const part of parts) this.said.set(part.id, part);
    return parts;
  }

  /** What was taken from a composer, by the ids under which it was said. */
  known(ids: readonly string[]): AttachmentPart[] {
    return ids.flatMap((id) => this.said.get(id) ?? []);
  }

  move(from: string, to: string): void {
    const uploads = this.composers.get(from);
    if (!uploads?.items.length) return;
    this.composers.delete(from);
    this.composers.set(to, uploads);
    uploads.moveTo(this.shelf(to));
  }

  error(item: Upload): string {
    const key = `file.error.${item.error}`;
    const args = { size: fileSize(this.limits.size), n: this.limits.count };
    return this.t(key in fileWords.en ? (key as FileKey) : "file.error.other", args);
  }

  private shelf(thread: string): Shelf {
    const name = `files:${thread}`;
    return { read: () => this.env.recall(name), write: (text) => this.env.remember(name, text) };
  }

  private make(thread: string): Uploads {
    const changed = () => (this.tick.value += 1);
    const uploads = new Uploads(sender(this.env.door), wallClock, this.shelf(thread), () => this.limits, changed);
    this.composers.set(thread, uploads);
    return uploads;
  }
}
