import type { FileDoor } from "./upload.js";

/** Why a file cannot be shown: it is no longer kept, or it did not come now. */
export class NoFile extends Error {
  constructor(readonly gone: boolean) {
    super(gone ? "gone" : "failed");
  }
}

const MOST = 40;

/** Files of messages, fetched with the token in the header and held in memory: no address opens them. */
export class Files {
  private readonly held = new Map<string, Promise<Blob>>();

  constructor(private readonly door: FileDoor) {}

  get(id: string): Promise<Blob> {
    const held = this.held.get(id) ?? this.fetch(id);
    this.hold(id, held);
    return held;
  }

  /** A file that this page has itself sent need not come back. */
  know(id: string, file: Blob): void {
    this.hold(id, Promise.resolve(file));
  }

  private hold(id: string, blob: Promise<Blob>): void {
    this.held.delete(id);
    this.held.set(id, blob);
    const oldest = this.held.keys().next().value;
    if (this.held.size > MOST && oldest !== undefined) this.held.delete(oldest);
    blob.catch(() => this.held.get(id) === blob && this.held.delete(id));
  }

  private async fetch(id: string): Promise<Blob> {
    const token = await this.door.authorization();
    const answer = await fetch(this.door.url(id), { headers: token ? { Authorization: token } : {}, credentials: "omit" });
    if (!answer.ok) throw new NoFile(answer.status === 410 || answer.status === 404);
    return answer.blob();
  }
}

/** 3.4 MB */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
