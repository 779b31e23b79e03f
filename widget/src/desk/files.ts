import type { AttachmentPart } from "../core/frames.js";
import { FileHost } from "../ui/files/host.js";
import { desk } from "./app.js";

const PATH = "/api/v1/uploads";

/** The agent's own files, and what buyers sent. */
export const deskFiles = new FileHost({
  door: {
    url: (id = "") => location.origin + PATH + (id && `/${encodeURIComponent(id)}`),
    authorization: async () => desk.api.token && `Bearer ${desk.api.token}`,
  },
  locale: () => desk.locale.value,
  limits: () => desk.client.uploads,
  recall: (name) => desk.client.recall(name),
  remember: (name, text) => desk.client.remember(name, text),
});

/** The files of a command that waits, as far as this page knows them. */
export function filesOf(d: Record<string, unknown>): AttachmentPart[] {
  return deskFiles.known((d["attachments"] ?? []) as string[]);
}

desk.giveBack = ({ conversation, files }) => files.length && deskFiles.of(conversation).giveBack(files);
