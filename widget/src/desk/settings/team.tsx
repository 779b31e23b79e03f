import { useState } from "preact/hooks";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import type { Member, Team } from "./model.js";
import { Once } from "./once.js";
import { Field, Head, Here, useLoaded } from "./parts.js";
import { goTo } from "./place.js";
import { t } from "./words.js";

const ROLES = ["agent", "senior", "admin"] as const;
const CAPACITY = 6;

interface Secret {
  name: string;
  password: string;
}

/** The shop's agents: who there is, in which role, and who has gone. A password is shown once, here alone. */
export function TeamPage() {
  const [found, again] = useLoaded(() => desk.api.request<Team>("GET", "desk/team"));
  const [secret, setSecret] = useState<Secret | null>(null);
  const [adding, setAdding] = useState(false);
  const told = (given: Secret) => (setSecret(given), setAdding(false), again());
  return (
    <section data-testid="team">
      <Head title={t("team")} sub={t("team.sub")}>
        <button type="button" class="btn primary" data-testid="team-new" aria-expanded={adding} onClick={() => setAdding(!adding)}>{t("team.new")}</button>
      </Head>
      {secret && (
        <Once of="team" text={secret.password} label={t("team.password")} kept={t("team.once.done")} close={() => setSecret(null)}>
          <b>{t("team.once", { name: secret.name })}</b> {t("team.once.sub")}
        </Once>
      )}
      <Here of={found} again={again}>{({ agents, languages }) => (
        <>
          {adding && <Invite languages={languages} told={told} />}
          <ul class="team-list">{agents.map((one) => <Row key={one.id} one={one} languages={languages} again={again} told={told} />)}</ul>
          <p class="faint">{t("team.teams")} <button type="button" class="link" onClick={() => goTo("routing")}>{t("nav.routing")}</button></p>
        </>
      )}</Here>
    </section>
  );
}

function said(problem: unknown): string {
  const known = problem instanceof DeskProblem ? problem : null;
  if (known?.code === "name_taken") return t("team.taken");
  if (known?.code === "own") return t("team.own");
  return known?.detail || t("save.failed");
}

function Languages({ all, value, set }: { all: string[]; value: string[]; set: (value: string[]) => void }) {
  return (
    <fieldset class="team-langs">
      <legend>{t("team.languages")}</legend>
      {all.map((one) => (
        <label key={one}><input type="checkbox" checked={value.includes(one)} onChange={(e) => set(e.currentTarget.checked ? [...value, one] : value.filter((other) => other !== one))} /> {one}</label>
      ))}
    </fieldset>
  );
}

function Invite({ languages, told }: { languages: string[]; told: (secret: Secret) => void }) {
  const [name, setName] = useState("");
  const [display, setDisplay] = useState("");
  const [role, setRole] = useState<string>("agent");
  const [spoken, setSpoken] = useState(languages);
  const [capacity, setCapacity] = useState(CAPACITY);
  const send = async (event: Event) => {
    event.preventDefault();
    try {
      const made = await desk.api.request<{ agent: Member; password: string }>("POST", "desk/team", { name, display_name: display, role, languages: spoken, capacity });
      told({ name: made.agent.name, password: made.password });
    } catch (problem) {
      desk.toast(said(problem), "bad");
    }
  };
  return (
    <form class="set-card set-fields" onSubmit={(e) => void send(e)} data-testid="team-form">
      <Field label={t("team.name")}><input required maxLength={64} value={name} spellcheck={false} autoCapitalize="off" data-testid="team-name" onInput={(e) => setName(e.currentTarget.value)} /></Field>
      <Field label={t("team.display")}><input maxLength={200} value={display} data-testid="team-display" onInput={(e) => setDisplay(e.currentTarget.value)} /></Field>
      <Field label={t("team.role")}><Role value={role} set={setRole} testid="team-role" /></Field>
      <Field label={t("team.capacity")}><input type="number" min={1} max={1000} value={capacity} onInput={(e) => setCapacity(Number(e.currentTarget.value) || CAPACITY)} /></Field>
      <Languages all={languages} value={spoken} set={setSpoken} />
      <div class="set-acts wide"><button type="submit" class="btn primary" disabled={spoken.length === 0} data-testid="team-go">{t("team.go")}</button></div>
    </form>
  );
}

function Role({ value, set, testid, disabled }: { value: string; set: (role: string) => void; testid: string; disabled?: boolean }) {
  return <select value={value} disabled={disabled} data-testid={testid} onChange={(e) => set(e.currentTarget.value)}>{ROLES.map((one) => <option key={one} value={one}>{t(`team.role.${one}`)}</option>)}</select>;
}

function Row({ one, languages, again, told }: { one: Member; languages: string[]; again: () => void; told: (secret: Secret) => void }) {
  const [open, setOpen] = useState(false);
  const me = one.id === desk.me.value?.id;
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      desk.toast(t("team.changed"), "good");
    } catch (problem) {
      desk.toast(said(problem), "bad");
    }
    again();
  };
  const change = (values: Record<string, unknown>) => attempt(() => desk.api.request("PATCH", `desk/team/${one.id}`, values));
  const reset = async () => {
    if (!confirm(t("team.reset.sure", { name: one.display_name }))) return;
    try {
      told(await desk.api.request<Secret>("POST", `desk/team/${one.id}/password`));
    } catch (problem) {
      desk.toast(said(problem), "bad");
    }
  };
  return (
    <li class="set-card" data-testid="team-member" data-name={one.name} data-active={one.active}>
      <div class="team-head">
        <span class="face" aria-hidden="true">{Array.from(one.display_name)[0]?.toUpperCase()}{one.active && <i class={`dot ${one.presence}`} />}</span>
        <span class="set-row"><b dir="auto">{one.display_name}</b><small>{one.name} · {one.languages.join(" ")}{one.teams.length > 0 && ` · ${one.teams.join(", ")}`}</small></span>
        <span class="row-gap" />
        {one.active ? <Chip tone={one.role === "agent" ? "neutral" : "accent"}>{t(`team.role.${one.role}`)}</Chip> : <Chip tone="bad">{t("team.gone")}</Chip>}
        {one.active && <small class="num">{t("team.load", { load: one.load, capacity: one.capacity })}</small>}
        {one.active && <button type="button" class="btn line" aria-expanded={open} data-testid="team-edit" onClick={() => setOpen(!open)}>{t("team.edit")}</button>}
        {!one.active && <button type="button" class="btn line" data-testid="team-open" onClick={() => void change({ active: true })}>{t("team.open")}</button>}
      </div>
      {open && one.active && (
        <div class="set-fields">
          <Field label={t("team.display")}><input defaultValue={one.display_name} data-testid="edit-display" onChange={(e) => void change({ display_name: e.currentTarget.value })} /></Field>
          <Field label={t("team.role")}><Role value={one.role} disabled={me} testid="edit-role" set={(role) => void change({ role })} /></Field>
          <Field label={t("team.capacity")}><input type="number" min={1} max={1000} defaultValue={one.capacity} data-testid="edit-capacity" onChange={(e) => void change({ capacity: Number(e.currentTarget.value) || CAPACITY })} /></Field>
          <Languages all={languages} value={one.languages} set={(spoken) => void (spoken.length && change({ languages: spoken }))} />
          <div class="set-acts wide">
            <button type="button" class="btn line" data-testid="team-reset" onClick={() => void reset()}>{t("team.reset")}</button>
            {!me && <button type="button" class="btn line" data-testid="team-close" onClick={() => void (confirm(t("team.close.sure", { name: one.display_name })) && change({ active: false }))}>{t("team.close")}</button>}
          </div>
        </div>
      )}
    </li>
  );
}
