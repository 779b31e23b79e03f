import type { ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import { FileVersions } from "./file_versions.js";
import { Findings } from "./findings.js";
import type { Finding, InForce, Looked, ShopSettings, ShopValues, VersionText } from "./model.js";
import { Head, Here, useLoaded } from "./parts.js";
import { patch, type Table } from "./patch.js";
import { goTo } from "./place.js";
import { t } from "./words.js";

const PATH = "shop.toml";
const LOOK_MS = 500;

export interface FormProps {
  values: ShopValues;
  set: (values: ShopValues) => void;
  force: InForce;
  /** What the shop's readers say of a key, such as `hours.mon`. */
  told: (field: string) => Finding | undefined;
}

/** The tables of shop.toml that each form is about. */
const TABLES = { hours: ["timezone", "hours"], deadlines: ["deadlines"], routing: ["routing", "teams"] } as const;

/** Some tables of shop.toml as fields. The file's comments and whatever else it says stay as they are. */
export function ShopForm({ name, Form }: { name: keyof typeof TABLES; Form: ComponentType<FormProps> }) {
  const [found, again] = useLoaded(() => desk.api.request<ShopSettings>("GET", `desk/files/file?path=${PATH}`), name);
  return (
    <section data-testid={`form-${name}`}>
      <Head title={t(`nav.${name}`)} sub={t(`form.${name}.sub`)}>
        <button type="button" class="link" onClick={() => goTo("settings")}>{t("form.text")}</button>
      </Head>
      <Here of={found} again={again}>{(file) => <Editor key={file.sha256 ?? ""} name={name} Form={Form} file={file} again={again} />}</Here>
    </section>
  );
}

const asTables = ({ teams, ...rest }: ShopValues): Table => ({ ...rest, teams: Object.fromEntries((teams ?? []).map(({ name, team }) => [name, team])) });

function Editor({ name, Form, file, again }: { name: keyof typeof TABLES; Form: ComponentType<FormProps>; file: ShopSettings; again: () => void }) {
  const [values, setValues] = useState(file.values);
  const [findings, setFindings] = useState<Finding[]>([]);
  const [trouble, setTrouble] = useState("");
  const [note, setNote] = useState("");
  const [busy, setBusy] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const order = (of: ShopValues) => (of.teams ?? []).map((one) => one.name);
  const moved = order(values).join("\n") !== order(file.values).join("\n");
  const changes = patch(asTables(file.values), asTables(values));
  const changed = moved || Object.keys(changes).length > 0;
  const content = { path: PATH, changes, ...(moved ? { teams: order(values) } : {}) };
  useEffect(() => {
    let here = true;
    const timer = setTimeout(() => {
      desk.api.request<Looked>("POST", "desk/files/look", content).then(
        (looked) => here && (setFindings(looked.findings), setTrouble("")),
        (problem) => here && problem instanceof DeskProblem && problem.status === 422 && setTrouble(t("form.text.only")),
      );
    }, LOOK_MS);
    return () => ((here = false), clearTimeout(timer));
  }, [values]);

  const own = (field: string) => TABLES[name].some((table) => field === table || field.startsWith(`${table}.`));
  const shown = findings.filter(({ severity, field, file: where }) => severity === "fault" || (where === PATH && field !== null && own(field)));
  const wrong = shown.some(({ severity }) => severity === "fault") || trouble !== "";
  const publish = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await desk.api.request("POST", "desk/files/publication", { ...content, base: file.sha256, note });
      desk.toast(t("file.published"), "good");
      again();
    } catch (problem) {
      const said = problem instanceof DeskProblem ? problem : null;
      const told = said?.body as { findings?: Finding[]; code?: string } | undefined;
      if (told?.findings) setFindings(told.findings);
      desk.toast(told?.findings ? t("file.faults") : told?.code === "conflict" ? t("file.conflict") : said?.detail || t("save.failed"), "bad");
    }
    setBusy(false);
  };
  const goToField = ({ field }: Finding) => box.current?.querySelector<HTMLElement>(`[data-field="${field}"]`)?.focus();
  const bring = ({ values: old }: VersionText) => {
    const tables = Object.fromEntries(TABLES[name].map((table) => [table, old?.[table]]));
    setValues({ ...values, ...(tables as ShopValues) });
    box.current?.querySelector<HTMLElement>("input, select, [tabindex='0']")?.focus();
  };
  return (
    <form onSubmit={(e) => void publish(e)}>
      <div ref={box}><Form values={values} set={setValues} force={file.in_force} told={(field) => shown.find((one) => one.file === PATH && one.field === field)} /></div>
      <div class="set-card file-acts">
        {trouble && <p class="set-wrong" role="alert" data-testid="form-trouble">{trouble}</p>}
        <Findings all={shown} path={PATH} bodyLine={1} go={goToField} />
        <input value={note} placeholder={t("file.note")} aria-label={t("file.note")} maxLength={500} data-testid="form-note" onInput={(e) => setNote(e.currentTarget.value)} />
        <span class="set-acts">
          <button type="button" class="btn line" disabled={!changed || busy} data-testid="form-undo" onClick={() => setValues(file.values)}>{t("form.undo")}</button>
          <button type="submit" class="btn primary" disabled={!changed || busy || wrong} data-testid="form-publish">{t("file.publish")}</button>
        </span>
      </div>
      <FileVersions file={file} bring={bring} />
    </form>
  );
}

/** What is wrong with a field and how to put it right, below it. */
export function Told({ one }: { one: Finding | undefined }) {
  if (!one) return null;
  const lang = desk.locale.value === "en" ? "en" : "zh";
  return <small class={one.severity === "fault" ? "set-wrong" : "set-warned"} dir="auto" data-testid="field-told">{one.message[lang]}{one.remedy[lang] && ` ${one.remedy[lang]}`}</small>;
}

/** How an input says so itself. */
export const invalid = (one: Finding | undefined) => (one?.severity === "fault" ? { "aria-invalid": true as const } : {});
