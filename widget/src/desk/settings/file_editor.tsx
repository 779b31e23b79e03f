import { useEffect, useRef, useState } from "preact/hooks";
import { clockTime } from "../../core/format.js";
import { Chip } from "../../ui/kit.js";
import { Markdown } from "../../ui/markdown.js";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import { FieldsForm } from "./fields_form.js";
import { FileVersions } from "./file_versions.js";
import { Findings } from "./findings.js";
import type { Finding, Kind, Looked, OpenFile, VersionText } from "./model.js";
import { Here, useLoaded } from "./parts.js";
import { goTo } from "./place.js";
import { t } from "./words.js";

const LOOK_MS = 800;

/** One file: read by the shop's own readers while it is written, kept as a draft, published, brought back. */
export function FileEditor({ kind, path }: { kind: Kind; path: string }) {
  const [found, again] = useLoaded(() => desk.api.request<OpenFile>("GET", `desk/files/file?path=${encodeURIComponent(path)}`), path);
  return (
    <section data-testid="file-editor">
      {kind !== "settings" && <button type="button" class="link" data-testid="file-back" onClick={() => goTo(kind)}>← {t(kind)}</button>}
      <Here of={found} again={again}>{(file) => <Editor key={file.sha256 ?? file.draft?.at ?? ""} kind={kind} file={file} again={again} />}</Here>
    </section>
  );
}

interface Written {
  fields: Record<string, unknown>;
  body: string;
}

function begunFrom(file: OpenFile): Written {
  return file.fields ? { fields: file.fields, body: file.body ?? "" } : { fields: {}, body: file.draft?.text ?? file.text ?? "" };
}

function Editor({ kind, file, again }: { kind: Kind; file: OpenFile; again: () => void }) {
  const [written, setWritten] = useState(() => begunFrom(file));
  const [findings, setFindings] = useState<Finding[]>([]);
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const { path } = file;
  const changed = JSON.stringify(written) !== JSON.stringify(begunFrom(file));
  const content = () => (kind === "settings" ? { path, text: written.body } : { path, ...written, text: file.draft?.text ?? null });
  useEffect(() => {
    const timer = setTimeout(() => {
      desk.api.request<Looked>("POST", "desk/files/look", content()).then((looked) => setFindings(looked.findings), () => {});
    }, LOOK_MS);
    return () => clearTimeout(timer);
  }, [written]);

  const attempt = async (work: () => Promise<unknown>, done: string): Promise<void> => {
    setBusy(true);
    try {
      await work();
      desk.toast(done, "good");
      again();
    } catch (problem) {
      const said = problem instanceof DeskProblem ? problem : null;
      const told = said?.body as { findings?: Finding[]; code?: string } | undefined;
      if (told?.findings) setFindings(told.findings);
      desk.toast(told?.findings ? t("file.faults") : told?.code === "conflict" ? t("file.conflict") : said?.detail || t("save.failed"), "bad");
    } finally {
      setBusy(false);
    }
  };
  const keep = () => attempt(() => desk.api.request("PUT", "desk/files/draft", { ...content(), base: file.sha256 }), t("file.kept"));
  const publish = (gone = false) => attempt(async () => {
    await desk.api.request("POST", "desk/files/publication", { ...content(), base: file.sha256, note, gone });
    if (gone && kind !== "settings") goTo(kind);
  }, t(gone ? "file.gone" : "file.published"));
  const drop = () => attempt(() => desk.api.request("DELETE", `desk/files/draft?path=${encodeURIComponent(path)}`), t("file.dropped"));
  const bring = (old: VersionText) => (setWritten({ fields: old.fields ?? {}, body: old.body ?? old.text }), area.current?.focus());
  const goToLine = ({ line, file: where, field }: Finding) => {
    if (where !== path) return;
    if (field && kind !== "settings") return document.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus();
    const before = written.body.split("\n").slice(0, Math.max(0, line - (file.body_line ?? 1))).join("\n");
    area.current?.focus();
    area.current?.setSelectionRange(before.length + 1, before.length + 1);
  };
  const wrong = findings.some(({ severity }) => severity === "fault");
  return (
    <>
      <header class="set-head file-head">
        <div>
          <h2 dir="auto">{kind === "settings" ? t("shop") : String(written.fields["title"] ?? path)}</h2>
          <p class="faint"><code dir="ltr">{path}</code></p>
        </div>
        {file.draft && <Chip tone={file.draft.stale ? "bad" : "warn"}><span data-testid="file-draft">{t(file.draft.stale ? "file.stale" : "file.draft", { by: file.draft.by, at: clockTime(file.draft.at, desk.locale.value) })}</span></Chip>}
      </header>
      {kind === "settings" && <p class="faint set-lead">{t("shop.sub")}</p>}
      <div class={kind === "settings" ? "file-write whole" : "file-write"}>
        <div class="set-card">
          {kind !== "settings" && <FieldsForm kind={kind} fields={written.fields} set={(fields) => setWritten({ ...written, fields })} />}
          <label class="set-field">
            <span>{t(kind === "settings" ? "field.text" : "field.body")}</span>
            <textarea ref={area} class="file-text" rows={kind === "settings" ? 26 : 16} spellcheck={false} dir="auto" value={written.body} aria-invalid={wrong} data-testid="file-body" onInput={(e) => setWritten({ ...written, body: e.currentTarget.value })} />
          </label>
        </div>
        {kind !== "settings" && (
          <div class="set-card file-preview" data-testid="file-preview">
            <h3>{t("file.preview")}</h3>
            <div class="file-paper" tabIndex={0} role="region" aria-label={t("file.preview")}><Markdown text={written.body} /></div>
          </div>
        )}
      </div>
      <div class="set-card file-acts">
        <Findings all={findings} path={path} bodyLine={file.body_line ?? 1} go={goToLine} />
        <input value={note} placeholder={t("file.note")} aria-label={t("file.note")} maxLength={500} data-testid="file-note" onInput={(e) => setNote(e.currentTarget.value)} />
        <span class="set-acts">
          {kind !== "settings" && file.sha256 && <button type="button" class="btn line" disabled={busy} data-testid="file-remove" onClick={() => void (confirm(t("file.remove.sure")) && publish(true))}>{t("file.remove")}</button>}
          {file.draft && <button type="button" class="btn line" disabled={busy} data-testid="file-drop" onClick={() => void drop()}>{t("file.drop")}</button>}
          <button type="button" class="btn line" disabled={busy || !changed} data-testid="file-keep" onClick={() => void keep()}>{t("file.keep")}</button>
          <button type="button" class="btn primary" disabled={busy || wrong || (!changed && !file.draft)} data-testid="file-publish" onClick={() => void publish()}>{t("file.publish")}</button>
        </span>
      </div>
      <FileVersions file={file} bring={bring} />
    </>
  );
}
