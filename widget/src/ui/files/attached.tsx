import { useState } from "preact/hooks";
import { fileSize } from "../../core/files.js";
import type { AttachmentPart, Part } from "../../core/frames.js";
import { Icon } from "../icons.js";
import { Glyph } from "./glyph.js";
import type { FileHost } from "./host.js";
import { type Seen, Thumb } from "./thumb.js";

const THUMB_PX = 220;

/** The files of a message: pictures as pictures, others as cards, each with its name and size in words. */
export function Attached({ host, parts }: { host: FileHost; parts: readonly Part[] }) {
  const files = parts.filter((part): part is AttachmentPart => part.type === "attachment");
  if (!files.length) return null;
  return (
    <ul class="attached" data-testid="attached">
      {files.map((part) => <li key={part.id}>{part.media_type.startsWith("image/") ? <Picture host={host} part={part} /> : <File host={host} part={part} />}</li>)}
    </ul>
  );
}

function Picture({ host, part }: { host: FileHost; part: AttachmentPart }) {
  const [seen, setSeen] = useState<Seen>("coming");
  if (seen === "gone" || seen === "failed") return <Unseen host={host} part={part} gone={seen === "gone"} />;
  const shape = { aspectRatio: `${part.width ?? 1} / ${part.height ?? 1}` };
  return (
    <button type="button" class="picture" style={shape} data-testid="picture" aria-label={host.t("file.open", { name: part.name })} title={part.name} onClick={() => (host.picture.value = part)}>
      <Thumb load={() => host.files.get(part.id)} label={part.name} most={THUMB_PX} onSeen={setSeen} />
    </button>
  );
}

function File({ host, part }: { host: FileHost; part: AttachmentPart }) {
  const [fault, setFault] = useState<"gone" | "failed" | null>(null);
  const save = () => saveFile(host, part).then(() => setFault(null), (error: { gone?: boolean }) => setFault(error.gone ? "gone" : "failed"));
  if (fault === "gone") return <Unseen host={host} part={part} gone />;
  return (
    <button type="button" class="filecard" data-testid="file" onClick={() => void save()}>
      <Icon name="doc" size={22} />
      <span class="filecard-text">
        <span class="sr">{host.t("file.saved")}</span>
        <b dir="auto">{part.name}</b>
        <small>{fault ? host.t("file.failed") : `${kindOf(part)} · ${fileSize(part.size)}`}</small>
      </span>
      <Glyph name="save" size={18} />
    </button>
  );
}

function Unseen({ host, part, gone }: { host: FileHost; part: AttachmentPart; gone: boolean }) {
  return (
    <span class="filecard none" data-testid="file-gone">
      <Icon name="doc" size={22} />
      <span class="filecard-text">
        <b dir="auto">{part.name}</b>
        <small>{host.t(gone ? "file.gone" : "file.failed")}</small>
      </span>
    </span>
  );
}

function kindOf(part: AttachmentPart): string {
  return (part.name.split(".").pop() ?? "").toUpperCase();
}

/** Hand a file over to the browser's own downloads. */
export async function saveFile(host: FileHost, part: AttachmentPart): Promise<void> {
  const address = URL.createObjectURL(await host.files.get(part.id));
  const link = document.createElement("a");
  link.href = address;
  link.download = part.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
