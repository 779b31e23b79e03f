import { useEffect, useRef, useState } from "preact/hooks";
import { NoFile } from "../../core/files.js";
import { Icon } from "../icons.js";

export type Seen = "coming" | "there" | "gone" | "failed";

/**
 * A picture drawn from its bytes onto a canvas: an `<img>` would need an address, which a host's policy may forbid and
 * which could be passed on. `most` is the longest side to unpack, in CSS pixels; 0 for the whole.
 */
export function Thumb({ load, label, most, onSeen }: { load: () => Promise<Blob>; label: string; most: number; onSeen?: (seen: Seen) => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [seen, setSeen] = useState<Seen>("coming");
  useEffect(() => {
    let wanted = true;
    const tell = (now: Seen) => wanted && (setSeen(now), onSeen?.(now));
    load()
      .then((blob) => paint(canvas.current, blob, most))
      .then(() => tell("there"), (error: unknown) => tell(error instanceof NoFile && error.gone ? "gone" : "failed"));
    return () => {
      wanted = false;
    };
  }, []);
  const shown = seen === "coming" || seen === "there";
  return (
    <>
      <canvas ref={canvas} class={seen === "there" ? "thumb" : "thumb coming"} role="img" aria-label={label} hidden={!shown} data-seen={seen} />
      {!shown && <span class="thumb none" role="img" aria-label={label}><Icon name="alert" size={20} /></span>}
    </>
  );
}

async function paint(canvas: HTMLCanvasElement | null, blob: Blob, most: number): Promise<void> {
  const whole = await createImageBitmap(blob);
  if (!canvas) return whole.close();
  const dense = most * Math.min(2, globalThis.devicePixelRatio || 1);
  const scale = most ? Math.min(1, dense / Math.max(whole.width, whole.height)) : 1;
  canvas.width = Math.max(1, Math.round(whole.width * scale));
  canvas.height = Math.max(1, Math.round(whole.height * scale));
  const pen = canvas.getContext("2d");
  if (pen) pen.imageSmoothingQuality = "high";
  pen?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
}
