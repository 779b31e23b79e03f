import { useState } from "preact/hooks";
import { Chip, Empty } from "../../ui/kit.js";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import { FileEditor } from "./file_editor.js";
import type { Document, Kind, ShopFile } from "./model.js";
import { Field, Head, Here, useLoaded } from "./parts.js";
import { goTo, rest } from "./place.js";
import { t } from "./words.js";

/** One kind of the shop's files: the list, or the one that is being written. */
export function FilesPage({ kind }: { kind: Kind }) {
  const path = rest().join("/");
  if (kind === "settings") return <FileEditor key="shop.toml" kind={kind} path="shop.toml" />;
  return path ? <FileEditor key={path} kind={kind} path={path} /> : <List kind={kind} />;
}

function List({ kind }: { kind: Exclude<Kind, "settings"> }) {
  const [found, again] = useLoaded(() => desk.api.request<{ files: ShopFile[] }>("GET", `desk/files?kind=${kind}`), kind);
  const [wanted, setWanted] = useState("");
  const [adding, setAdding] = useState(false);
  const [begun, setBegun] = useState<Begun | null>(null);
  return (
    <section data-testid={kind}>
      <Head title={t(kind)} sub={t(`${kind}.sub`)}>
        <span class="set-acts">
          {kind === "articles" && <Import read={(one) => (setAdding(false), setBegun(one))} />}
          <button type="button" class="btn primary" data-testid="file-new" aria-expanded={adding} onClick={() => (setBegun(null), setAdding(!adding))}>{t(`${kind}.new`)}</button>
        </span>
      </Head>
      {(adding || begun) && <NewFile kind={kind} key={begun?.body} {...(begun ? { begun } : {})} />}
      <Here of={found} again={again}>{({ files }) => {
        const q = wanted.trim().toLowerCase();
        const shown = files.filter((one) => !q || [one.title, one.path, one.id ?? ""].some((text) => text.toLowerCase().includes(q))).sort(ownFirst);
        return (
          <div class="set-card">
            <input type="search" value={wanted} placeholder={t("files.search")} aria-label={t("files.search")} data-testid="file-search" onInput={(e) => setWanted(e.currentTarget.value)} />
            {shown.length === 0 ? <Empty icon="doc" title={t("files.none")} /> : (
              <ul class="set-list">{shown.map((one) => <Row key={one.path} one={one} kind={kind} />)}</ul>
            )}
          </div>
        );
      }}</Here>
    </section>
  );
}

/** What is written in the reader's language stands first, each language in the order of its paths. */
function ownFirst(a: ShopFile, b: ShopFile): number {
  const rank = ({ lang }: ShopFile) => Number(lang !== desk.locale.peek());
  return rank(a) - rank(b);
}

function Row({ one, kind }: { one: ShopFile; kind: Kind }) {
  const days = [one.valid_from, one.valid_to].some(Boolean) ? `${one.valid_from ?? "…"} – ${one.valid_to ?? "…"}` : "";
  return (
    <li>
      <button type="button" class="set-row" data-testid="file" data-path={one.path} onClick={() => goTo(kind, ...one.path.split("/"))}>
        <b dir="auto">{one.title}</b>
        <small dir="ltr">{one.path}</small>
      </button>
      <span class="row-gap" />
      {days && <small class="num">{days}</small>}
      {one.audience === "agents" && <Chip>{t("files.agents")}</Chip>}
      {one.lang && <span class="lang">{one.lang}</span>}
      {one.draft && <Chip tone="warn">{t(one.published ? "files.draft" : "files.new")}</Chip>}
    </li>
  );
}

/** A name and a language are all that a new file needs. */
function NewFile({ kind, begun }: { kind: Exclude<Kind, "settings">; begun?: Begun }) {
  const [title, setTitle] = useState(begun?.title ?? "");
  const [lang, setLang] = useState<string>(begun ? langOf(begun.body) : desk.locale.peek());
  const [id, setId] = useState(begun?.id || `${kind === "articles" ? "article" : "macro"}-${new Date().toISOString().slice(0, 10)}`);
  const [busy, setBusy] = useState(false);
  const go = async (event: Event) => {
    event.preventDefault();
    const path = `${kind}/${lang}/${id}.md`;
    setBusy(true);
    try {
      await desk.api.request("PUT", "desk/files/draft", { path, fields: { id, title, lang }, body: begun?.body ?? "\n", base: null });
      goTo(kind, ...path.split("/"));
    } catch (problem) {
      desk.toast(problem instanceof DeskProblem && problem.detail ? problem.detail : t("save.failed"), "bad");
      setBusy(false);
    }
  };
  return (
    <form class="set-card set-fields" onSubmit={(e) => void go(e)} data-testid="file-form">
      <Field label={t("field.title")} wide><input required value={title} data-testid="new-title" onInput={(e) => setTitle(e.currentTarget.value)} /></Field>
      <Field label={t("field.id")}><input required pattern="[^\/\s]+" value={id} data-testid="new-id" onInput={(e) => setId(e.currentTarget.value)} /></Field>
      <Field label={t("field.lang")}><input required pattern="[A-Za-z]{2,3}(-[A-Za-z]{2,4})?" value={lang} data-testid="new-lang" onInput={(e) => setLang(e.currentTarget.value)} /></Field>
      <div class="set-acts wide"><button type="submit" class="btn primary" disabled={busy} data-testid="new-go">{t("files.begin")}</button></div>
    </form>
  );
}

/** A document that was read, and what its file is called, as far as that makes a name. */
type Begun = Document & { id: string };

/** A language by its script: what is written in some Han is Chinese. */
function langOf(text: string): string {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han * 8 > text.replace(/\s/g, "").length ? "zh-CN" : "en";
}

/** A document of another program becomes the beginning of an article; nothing is kept until it is saved. */
function Import({ read: began }: { read(begun: Begun): void }) {
  const read = async (file: File | undefined) => {
    if (!file) return;
    const id = file.name.replace(/\.[^.]*$/, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
    try {
      began({ ...(await desk.api.request<Document>("POST", `desk/files/document?name=${encodeURIComponent(file.name)}`, file)), id });
    } catch (problem) {
      desk.toast(problem instanceof DeskProblem && problem.detail ? problem.detail : t("import.failed"), "bad");
    }
  };
  return (
      <label class="btn line set-file">
        <span>{t("import")}</span>
        <input type="file" accept=".html,.htm,.docx,.pdf,.md,.txt" data-testid="file-import" onChange={(e) => (void read(e.currentTarget.files?.[0]), (e.currentTarget.value = ""))} />
      </label>
  );
}

