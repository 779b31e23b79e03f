/** Strokes that only files need, on the same grid as the others; they come with the files. */
const PATHS = {
  clip: "M19 11.2l-7.3 7.3a4.6 4.6 0 0 1-6.5-6.5l7.7-7.7a3.1 3.1 0 0 1 4.4 4.4l-7.6 7.6a1.6 1.6 0 0 1-2.3-2.3l6.9-6.9",
  save: "M12 4.5v10M7.8 10.6l4.2 4.2 4.2-4.2M5 18.5h14",
} as const;

export function Glyph({ name, size = 20 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function GlyphButton({ name, label, testid, onClick, kind = "" }: { name: keyof typeof PATHS; label: string; testid: string; onClick: () => void; kind?: string }) {
  return (
    <button type="button" class={`iconbtn ${kind}`} aria-label={label} title={label} data-testid={testid} onClick={onClick}>
      <Glyph name={name} size={20} />
    </button>
  );
}
