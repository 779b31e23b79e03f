/** Files in a thread, as one chunk of their own (files.js): fetched with the first thread that is opened. */
import type { AttachmentPart, Part } from "../../core/frames.js";
import { openStorage } from "../../core/storage.js";
import { Attached } from "../../ui/files/attached.js";
import { FileHost } from "../../ui/files/host.js";
import { OpenPicture } from "../../ui/files/picture.js";
import { AttachButton, Tray } from "../../ui/files/tray.js";
import type { App } from "../app.js";

export { default as css } from "../../ui/files/files.css";

const hosts = new WeakMap<App, FileHost>();

function hostOf(app: App): FileHost {
  const known = hosts.get(app);
  if (known) return known;
  const { base, shop } = app.options;
  const door = {
    url: (id = "") => `${base}/api/v1/uploads${id && `/${encodeURIComponent(id)}`}?shop=${encodeURIComponent(shop)}`,
    authorization: async () => {
      const token = await app.client.token();
      const { visitor } = app.client;
      return token ? `Bearer ${token}` : visitor && `Visitor ${visitor}`;
    },
  };
  const storage = openStorage();
  const mine = (name: string) => `anxin:${shop}:${app.client.store.me?.id}:${name}`;
  const host = new FileHost({
    door,
    locale: () => app.locale.value,
    limits: () => app.client.limits.uploads,
    recall: (name) => storage.get(mine(name)),
    remember: (name, text) => (text === null ? storage.remove(mine(name)) : storage.set(mine(name), text)),
  });
  hosts.set(app, host);
  return host;
}

/** What a composer shows beside its words, where the server takes files. */
export function beside(app: App, thread: string) {
  return place(app, thread, ".panel");
}

/** The same for a field of a form, which has a button with words; what is dropped or pasted goes to the composer. */
export function inField(app: App, field: string) {
  return place(app, field, ".no-area", true);
}

function place(app: App, thread: string, area: string, wide = false) {
  if (!app.client.features["attachments"]) return null;
  const host = hostOf(app);
  const { ready, busy, items } = host.of(thread);
  return {
    ready,
    busy,
    ids: items.flatMap((item) => item.part?.id ?? []),
    take: (): AttachmentPart[] => host.take(thread),
    tray: <Tray host={host} thread={thread} area={area} />,
    button: <AttachButton host={host} thread={thread} wide={wide} />,
  };
}

/** A thread that had a local name now has its conversation's: what waits in its composer goes along. */
export function moved(app: App, from: string, to: string): void {
  hostOf(app).move(from, to);
}

export function sent(app: App, parts: readonly Part[]) {
  return <Attached host={hostOf(app)} parts={parts} />;
}

export function picture(app: App) {
  return <OpenPicture host={hostOf(app)} />;
}
