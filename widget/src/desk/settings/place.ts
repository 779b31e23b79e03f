import { signal } from "@preact/signals";

/** What follows `#/settings/`. */
export const place = signal<string[]>([]);

export function goTo(...parts: string[]): void {
  history.replaceState(null, "", `#/settings/${parts.map(encodeURIComponent).join("/")}`);
  place.value = parts;
}

/** What follows the section. */
export const rest = (): string[] => place.value.slice(1);

export function fromHash(): void {
  const [, page, ...parts] = location.hash.split("/");
  if (page === "settings") place.value = parts.map(decodeURIComponent);
}
