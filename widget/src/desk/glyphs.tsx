/** Signs that only the desk needs, on the same 24 grid as the shared set. */
const PATHS = {
  inbox: "M4.5 13.5 6.6 6a1 1 0 0 1 1-.8h8.8a1 1 0 0 1 1 .8l2.1 7.5v4.3a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1ZM4.7 13.5h4.1c.4 1.6 1.6 2.5 3.2 2.5s2.8-.9 3.2-2.5h4.1",
  refund: "M5 8.4A8 8 0 1 1 4 12.6M4.6 4.6v4h4M9.2 8.6l2.8 3.2 2.8-3.2M12 11.8v4.4M9.6 13.4h4.8",
  asked: "M5.5 5h13a1.2 1.2 0 0 1 1.2 1.2v8.6a1.2 1.2 0 0 1-1.2 1.2h-6l-4 3.4V16h-3a1.2 1.2 0 0 1-1.2-1.2V6.2A1.2 1.2 0 0 1 5.5 5ZM10 9.2a2 2 0 1 1 2.9 1.7c-.6.3-.9.7-.9 1.3M12 14h.01",
  chart: "M5 19.2V5M5 19.2h14.2M9 16v-4.5M12.8 16V8M16.6 16v-6.4",
  gear: "M5 7.5h6M15 7.5h4M13 5.5v4M5 12h2M11 12h8M9 10v4M5 16.5h8M17 16.5h2M15 14.5v4",
  note: "M5.5 18.5l.9-3.9 8.9-8.9a1.6 1.6 0 0 1 2.3 0l.7.7a1.6 1.6 0 0 1 0 2.3l-8.9 8.9ZM13.8 7.3l2.9 2.9",
  transfer: "M4.8 8.5h13.4M14.8 5l3.5 3.5-3.5 3.5M19.2 15.5H5.8M9.2 12l-3.5 3.5L9.2 19",
  sun: "M12 15.6a3.6 3.6 0 1 0 0-7.2 3.6 3.6 0 0 0 0 7.2ZM12 3.6v1.8M12 18.6v1.8M3.6 12h1.8M18.6 12h1.8M6.1 6.1l1.2 1.2M16.7 16.7l1.2 1.2M17.9 6.1l-1.2 1.2M7.3 16.7l-1.2 1.2",
  moon: "M19 14.3A7.4 7.4 0 0 1 9.7 5a7.4 7.4 0 1 0 9.3 9.3Z",
  out: "M10.5 5H6.2a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4.3M14.5 8.2l3.8 3.8-3.8 3.8M18 12H9.5",
  user: "M12 11.4a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM5.6 19c.5-3.2 3-5 6.4-5s5.9 1.8 6.4 5",
  panel: "M5.5 5.2h13a1 1 0 0 1 1 1v11.6a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1V6.2a1 1 0 0 1 1-1ZM14.3 5.4v13.2",
  keys: "M4.8 7h14.4a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4.8a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM7.3 10.3h.01M10.4 10.3h.01M13.5 10.3h.01M16.6 10.3h.01M8.6 13.8h6.8",
  flag: "M6.2 20V4.8M6.2 5.4h10.4l-2 3.6 2 3.6H6.2",
  jump: "M7 17 17 7M9 7h8v8",
  bolt: "M12.9 4.2 6 13.2h5l-.9 6.6 6.9-9h-5Z",
} as const;

export type GlyphName = keyof typeof PATHS;

export function Glyph({ name, size = 18 }: { name: GlyphName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
