import type { AttachmentPart } from "./frames.js";

/** What came of sending a file once: kept, refused for good, or to be tried again. */
export type Outcome = { part: AttachmentPart } | { refused: string } | { again: true };

export interface Going {
  outcome: Promise<Outcome>;
  abort(): void;
}

/** How a file gets to the server, under a key that names it however often it goes. */
export type SendFile = (file: File, key: string, progress: (share: number) => void) => Going;

/** The way to `/api/v1/uploads`, or to one of its files; tokens go in the header, never in the address. */
export interface FileDoor {
  url(id?: string): string;
  authorization(): Promise<string | null>;
}

const QUIET_MS = 30_000;

/** By XMLHttpRequest: of all that browsers offer it alone tells how far a body has come. */
export function sender(door: FileDoor): SendFile {
  return (file, key, progress) => {
    const request = new XMLHttpRequest();
    const outcome = new Promise<Outcome>((settle) => {
      const again = () => settle({ again: true });
      request.onload = () => settle(read(request));
      request.onerror = request.ontimeout = request.onabort = again;
      request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
      watchSilence(request);
      void door.authorization().then((token) => start(request, door, token, file, key), again).catch(again);
    });
    return { outcome, abort: () => request.abort() };
  };
}

function start(request: XMLHttpRequest, door: FileDoor, token: string | null, file: File, key: string): void {
  if (!token) throw new Error("nobody yet");
  request.open("POST", door.url());
  request.setRequestHeader("Authorization", token);
  request.setRequestHeader("Idempotency-Key", key);
  request.setRequestHeader("Upload-Name", encodeURIComponent(file.name.slice(-200)));
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.send(file);
}

/** A line that carries nothing for so long is dead, whatever the browser still hopes. */
function watchSilence(request: XMLHttpRequest): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), QUIET_MS);
  };
  request.upload.addEventListener("progress", alive);
  request.onreadystatechange = alive;
  request.addEventListener("loadend", () => clearTimeout(timer));
}

/** Busy, unwell or cut off passes; everything else that is no success stays as it is. */
function read(request: XMLHttpRequest): Outcome {
  const { status } = request;
  const body = parsed(request.responseText);
  if (status === 200 || status === 201) return { part: { type: "attachment", ...(body as Omit<AttachmentPart, "type">) } };
  if (status >= 500 && body["code"] !== "full") return { again: true };
  if (status === 0 || status === 401 || status === 408) return { again: true };
  return { refused: String(body["code"] ?? "other") };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
