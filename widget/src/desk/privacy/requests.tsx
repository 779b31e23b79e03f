import { useState } from "preact/hooks";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import { save } from "../save.js";
import { Choice, Field, Head, Here, useLoaded } from "../settings/parts.js";
import { attempt, onDay } from "./doing.js";
import { type PrivacyWord, t } from "./words.js";

export interface PrivacyRequest {
  number: string;
  kind: "export" | "erase";
  person: string | null;
  asked_by: string;
  identity: string;
  note: string;
  via: string;
  received_at: string;
  due_at: string;
  state: "open" | "done" | "refused";
  ended_at: string | null;
  ended_by: string | null;
  answer: string;
  outcome: { rows?: Record<string, number>; files?: number };
}

interface Plan {
  files: number;
  open_tickets: string[];
  held: string[];
  tables: { table: string; title: Record<string, string>; rows: number; what: "deleted" | "emptied" | "kept"; why: Record<string, string> }[];
}

const TONES = { open: "warn", done: "good", refused: "neutral" } as const;
const KINDS = ["export", "erase"] as const;
const ASKED = ["buyer", "guardian", "relative", "agent"] as const;
const IDENTITY = ["signed_in", "order", "contact", "document", "none"] as const;
/** The last day on which it is in time: it is due when that day ends. */
const dueDay = (at: string) => onDay(new Date(new Date(at).getTime() - 1).toISOString());
const word = (group: string, key: string) => t(`${group}.${key}` as PrivacyWord);

/** `held`: how many holds stand, by which a plan that is open is looked at again. */
export function Requests({ all, held, again }: { all: PrivacyRequest[]; held: number; again: () => void }) {
  const [adding, setAdding] = useState(false);
  return (
    <section class="privacy-part">
      <Head title={t("requests")}>
        <button type="button" class="btn primary" data-testid="request-new" aria-expanded={adding} onClick={() => setAdding(!adding)}>{t("new")}</button>
      </Head>
      {adding && <New done={() => (setAdding(false), again())} />}
      {all.length === 0 && !adding && <p class="faint">{t("none")}</p>}
      <ul class="team-list">{all.map((one) => <Row key={one.number} one={one} held={held} again={again} />)}</ul>
    </section>
  );
}

function New({ done }: { done: () => void }) {
  const [kind, setKind] = useState<(typeof KINDS)[number]>("export");
  const [person, setPerson] = useState("");
  const [asked, setAsked] = useState<string>("buyer");
  const [identity, setIdentity] = useState<string>("signed_in");
  const [note, setNote] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    const given = { kind, person: person.trim(), asked_by: asked, identity, note };
    const work = () => desk.api.request<PrivacyRequest>("POST", "desk/privacy/requests", given);
    if (await attempt(work, "taken", ({ due_at }) => ({ at: dueDay(due_at) }))) done();
  };
  const options = (group: string, all: readonly string[]) => all.map((one) => <option key={one} value={one}>{word(group, one)}</option>);
  return (
    <form class="set-card set-fields" onSubmit={(event) => void send(event)}>
      <Choice label={t("kind")} all={KINDS.map((one) => [one, word("kind", one)] as const)} value={kind} set={setKind} testid="request-kind" />
      <Field label={t("who")} hint={t("who.hint")}><input required maxLength={200} value={person} dir="ltr" data-testid="request-who" onInput={(e) => setPerson(e.currentTarget.value)} /></Field>
      <Field label={t("asked")}><select value={asked} data-testid="request-asked" onChange={(e) => setAsked(e.currentTarget.value)}>{options("asked", ASKED)}</select></Field>
      <Field label={t("identity")}><select value={identity} data-testid="request-identity" onChange={(e) => setIdentity(e.currentTarget.value)}>{options("identity", IDENTITY)}</select></Field>
      <Field label={t("note")} hint={t("note.hint")} wide><textarea rows={2} maxLength={1000} value={note} data-testid="request-note" onInput={(e) => setNote(e.currentTarget.value)} /></Field>
      <div class="set-acts wide"><button type="submit" class="btn primary" disabled={!person.trim()} data-testid="request-go">{t("go")}</button></div>
    </form>
  );
}

function Row({ one, held, again }: { one: PrivacyRequest; held: number; again: () => void }) {
  const [shown, setShown] = useState<"plan" | "refuse" | null>(null);
  const late = one.state === "open" && new Date(one.due_at).getTime() < desk.now.value;
  const path = `desk/privacy/requests/${one.number}`;
  const take = async () => {
    const work = async () => save(await desk.api.made(`${path}/archive?lang=${desk.locale.peek()}`), `${one.number}.zip`);
    if (await attempt(work, "take.done")) again();
  };
  const open = one.state === "open";
  const rows = Object.values(one.outcome.rows ?? {}).reduce((sum, n) => sum + n, 0);
  return (
    <li class="set-card" data-testid="request" data-state={one.state}>
      <div class="team-head">
        <span class="set-row"><b>{one.number} · {word("kind", one.kind)}</b><small dir="auto">{one.person ?? t("gone")}</small></span>
        <span class="row-gap" />
        {open && <small class="faint">{t("due", { at: dueDay(one.due_at) })}</small>}
        <Chip tone={late ? "bad" : TONES[one.state]}>{late ? t("late") : word("state", one.state)}</Chip>
      </div>
      <p class="faint">{t("by", { by: one.via, at: onDay(one.received_at), asked: word("asked", one.asked_by), identity: word("identity", one.identity) })}</p>
      {one.note && <p dir="auto">{one.note}</p>}
      {one.ended_at && <p class="faint">{t("ended", { by: one.ended_by, at: onDay(one.ended_at) })}{one.outcome.rows && ` · ${t("counted", { rows, files: one.outcome.files ?? 0 })}`}</p>}
      {one.state === "refused" && <p dir="auto">{one.answer}</p>}
      <div class="set-acts">
        {one.kind === "export" && one.state !== "refused" && one.person && <button type="button" class={open ? "btn primary" : "btn line"} data-testid="request-take" onClick={() => void take()}>{t("take")}</button>}
        {one.kind === "erase" && open && <button type="button" class="btn line" data-testid="request-look" aria-expanded={shown === "plan"} onClick={() => setShown(shown === "plan" ? null : "plan")}>{t("look")}</button>}
        {open && <button type="button" class="btn line" data-testid="request-refuse" aria-expanded={shown === "refuse"} onClick={() => setShown(shown === "refuse" ? null : "refuse")}>{t("refuse")}</button>}
      </div>
      {shown === "plan" && open && <Planned path={path} held={held} done={again} />}
      {shown === "refuse" && open && <Refuse path={path} done={again} />}
    </li>
  );
}

function Planned({ path, held: holds, done }: { path: string; held: number; done: () => void }) {
  const [found, again] = useLoaded(() => desk.api.request<Plan>("GET", `${path}/plan`), path, holds);
  const lang = desk.locale.value === "en" ? "en" : "zh-CN";
  const erase = async () => {
    if (confirm(t("erase.sure")) && (await attempt(() => desk.api.request("POST", `${path}/erasure`), "erased"))) done();
  };
  return (
    <Here of={found} again={again}>{({ tables, files, held, open_tickets }) => (
      <>
        <div class="set-scroll"><table class="set-table" data-testid="request-plan">
          <thead><tr><th>{t("col.what")}</th><th>{t("col.rows")}</th><th>{t("col.fate")}</th><th>{t("col.why")}</th></tr></thead>
          <tbody>
            {tables.map((one) => <tr key={one.table}><td>{one.title[lang]}</td><td>{one.rows}</td><td>{word("what", one.what)}</td><td>{one.what === "deleted" ? "" : one.why[lang]}</td></tr>)}
            <tr><td>{t("files")}</td><td>{files}</td><td>{t("what.deleted")}</td><td /></tr>
          </tbody>
        </table></div>
        {open_tickets.length > 0 && <p class="faint">{t("open", { tickets: open_tickets.join(", ") })}</p>}
        {held.length > 0 && <p role="alert">{t("held", { why: held.join("; ") })}</p>}
        <div class="set-acts"><button type="button" class="btn line privacy-danger" disabled={held.length > 0} data-testid="request-erase" onClick={() => void erase()}>{t("erase")}</button></div>
      </>
    )}</Here>
  );
}

function Refuse({ path, done }: { path: string; done: () => void }) {
  const [answer, setAnswer] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    if (await attempt(() => desk.api.request("POST", `${path}/refusal`, { answer: answer.trim() }), "refused")) done();
  };
  return (
    <form class="set-fields" onSubmit={(event) => void send(event)}>
      <Field label={t("refuse.why")} wide><textarea required rows={2} maxLength={1000} value={answer} data-testid="refuse-why" onInput={(e) => setAnswer(e.currentTarget.value)} /></Field>
      <div class="set-acts wide"><button type="submit" class="btn line" disabled={!answer.trim()} data-testid="refuse-go">{t("refuse")}</button></div>
    </form>
  );
}
