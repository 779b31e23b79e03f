import { useEffect, useRef, useState } from "preact/hooks";
import { fileSize } from "../../core/files.js";
import type { AttachmentPart } from "../../core/frames.js";
import { IconButton } from "../kit.js";
import { saveFile } from "./attached.js";
import { GlyphButton } from "./glyph.js";
import type { FileHost } from "./host.js";
import { type Seen, Thumb } from "./thumb.js";

/** The picture that is open, if one is. */
export function OpenPicture({ host }: { host: FileHost }) {
  const part = host.picture.value;
  return part && <PictureSheet key={part.id} host={host} part={part} />;
}

/** A picture in full, over everything: Escape or a tap beside it closes, and focus goes back to where it came from. */
function PictureSheet({ host, part }: { host: FileHost; part: AttachmentPart }) {
  const sheet = useRef<HTMLDialogElement>(null);
  const [seen, setSeen] = useState<Seen>("coming");
  const close = () => (host.picture.value = null);
  useEffect(() => {
    const before = (sheet.current?.getRootNode() as ShadowRoot | Document).activeElement as HTMLElement | null;
    sheet.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const keys = (event: KeyboardEvent) => event.key === "Escape" && event.stopPropagation();
  const points = part.width ? `${part.width} × ${part.height} · ` : "";
  const failed = seen === "gone" || seen === "failed";
  return (
    <dialog ref={sheet} class="picture-sheet" aria-label={part.name} data-testid="picture-sheet" onClose={close} onKeyDown={keys} onClick={(e) => e.target === e.currentTarget && close()}>
      <div class="picture-in">
        <header class="picture-head">
          <span class="picture-name">
            <b dir="auto">{part.name}</b>
            <small>{points + fileSize(part.size)}</small>
          </span>
          <GlyphButton name="save" label={host.t("file.save", { name: part.name })} testid="picture-save" onClick={() => void saveFile(host, part).catch(() => setSeen("failed"))} />
          <IconButton icon="close" label={host.t("file.close")} testid="picture-close" onClick={close} />
        </header>
        <div class="picture-body" tabIndex={0}>
          {failed ? <p>{host.t(seen === "gone" ? "file.gone" : "file.failed")}</p> : <Thumb load={() => host.files.get(part.id)} label={part.name} most={0} onSeen={setSeen} />}
        </div>
      </div>
    </dialog>
  );
}
