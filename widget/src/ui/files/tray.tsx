import { useEffect, useRef, useState } from "preact/hooks";
import { fileSize } from "../../core/files.js";
import type { Upload, Uploads } from "../../core/uploads.js";
import { Icon } from "../icons.js";
import { IconButton } from "../kit.js";
import { Glyph, GlyphButton } from "./glyph.js";
import type { FileHost } from "./host.js";
import { Thumb } from "./thumb.js";

const CHIP_PX = 44;

/** What waits in a composer; while it is there, files can also be dropped on `area` around it, or pasted. */
export function Tray({ host, thread, area }: { host: FileHost; thread: string; area: string }) {
  const uploads = host.of(thread);
  const place = useRef<HTMLDivElement>(null);
  const over = useCatch(place, area, uploads);
  return (
    <div ref={place} class="tray-place">
      {over && <p class="tray-drop" role="status"><Glyph name="clip" size={18} />{host.t("file.drop")}</p>}
      {uploads.items.length > 0 && (
        <ul class="tray" aria-label={host.t("file.list")} data-testid="tray">
          {uploads.items.map((item) => <Chip key={item.key} host={host} uploads={uploads} item={item} />)}
        </ul>
      )}
      {uploads.busy && <p class="tray-hint" data-testid="tray-hint">{host.t(uploads.stuck ? "file.stuck" : "file.busy")}</p>}
    </div>
  );
}

function Chip({ host, uploads, item }: { host: FileHost; uploads: Uploads; item: Upload }) {
  const { file, part } = item;
  const picture = (part?.media_type ?? file?.type ?? "").startsWith("image/") && item.error !== "damaged";
  const load = () => (file ? Promise.resolve(file) : host.files.get(part?.id ?? ""));
  return (
    <li class={`upload ${item.state}`} data-testid="upload" data-state={item.state} data-error={item.error ?? undefined}>
      <span class="upload-face">{picture && (file || part) ? <Thumb load={load} label={item.name} most={CHIP_PX} /> : <Icon name="doc" size={22} />}</span>
      <span class="upload-text">
        <b dir="auto">{item.name}</b>
        <small role={item.state === "failed" ? "alert" : undefined}>{stateOf(host, item)}</small>
        {item.state === "sending" && <progress class="upload-bar" max={100} value={Math.round(item.share * 100)} aria-label={item.name} />}
      </span>
      {uploads.mendable(item) && <IconButton icon="retry" size={18} label={host.t("file.retry", { name: item.name })} testid="upload-retry" onClick={() => uploads.retry(item.key)} />}
      <IconButton icon="close" size={18} label={host.t("file.remove", { name: item.name })} testid="upload-remove" onClick={() => uploads.remove(item.key)} />
    </li>
  );
}

function stateOf(host: FileHost, item: Upload): string {
  if (item.state === "failed") return host.error(item);
  if (item.state === "sending") return host.t("file.sending", { n: Math.round(item.share * 100) });
  return `${fileSize(item.size)} · ${host.t(item.state === "done" ? "file.done" : "file.waiting")}`;
}

/** The button that picks files, several at once. */
export function AttachButton({ host, thread, wide = false }: { host: FileHost; thread: string; wide?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const types = [...host.limits.types, ".txt", ".log", ".csv", ".md"].join(",");
  const picked = () => {
    const { current } = input;
    if (!current) return;
    host.of(thread).add(current.files ?? []);
    current.value = "";
  };
  return (
    <>
      {wide
        ? <button type="button" class="btn line wide" data-testid="field-attach" onClick={() => input.current?.click()}><Glyph name="clip" size={18} />{host.t("file.add")}</button>
        : <GlyphButton name="clip" kind="attach" label={host.t("file.add")} testid="attach" onClick={() => input.current?.click()} />}
      <input ref={input} type="file" multiple accept={types} hidden tabIndex={-1} aria-hidden="true" data-testid={wide ? "field-input" : "attach-input"} onChange={picked} />
    </>
  );
}

/** Files that are dropped on the area, or pasted into it; true while some hover over it. */
function useCatch(place: { current: HTMLElement | null }, area: string, uploads: Uploads): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const around = place.current?.closest<HTMLElement>(area);
    if (!around) return;
    const drag = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(event.type === "dragover");
    };
    const leave = (event: DragEvent) => !around.contains(event.relatedTarget as Node | null) && setOver(false);
    const take = (event: Event, given: DataTransfer | null) => {
      const files = [...(given?.files ?? [])];
      setOver(false);
      if (!files.length) return;
      event.preventDefault();
      uploads.add(files);
    };
    const drop = (event: DragEvent) => take(event, event.dataTransfer);
    const paste = (event: ClipboardEvent) => take(event, event.clipboardData);
    const heard = [["dragover", drag], ["dragleave", leave], ["drop", drop], ["paste", paste]] as const;
    for (const [type, run] of heard) around.addEventListener(type, run as EventListener);
    return () => heard.forEach(([type, run]) => around.removeEventListener(type, run as EventListener));
  }, [uploads]);
  return over;
}
