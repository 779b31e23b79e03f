import { desk } from "../app.js";
import { REASONS } from "../labels.js";
import type { ShopValues, Team, TeamTable } from "./model.js";
import { Choice, Field, Here, useLoaded } from "./parts.js";
import { goTo } from "./place.js";
import { type FormProps, Told } from "./shop_form.js";
import { t } from "./words.js";

type Named = NonNullable<ShopValues["teams"]>[number];

/** Whether tickets are given out or taken, and the teams: who is in one and what comes to it. The first fit counts. */
export function RoutingForm({ values, set, force, told }: FormProps) {
  const [found, again] = useLoaded(() => desk.api.request<Team>("GET", "desk/team"));
  const teams = values.teams ?? [];
  const put = (next: Named[]) => set({ ...values, teams: next });
  const assign = (values.routing?.["assign"] as string | undefined) ?? (force.auto ? "auto" : "claim");
  const fresh = () => {
    let n = teams.length + 1;
    while (teams.some(({ name }) => name === `team-${n}`)) n++;
    put([...teams, { name: `team-${n}`, team: { members: [] } }]);
  };
  return (
    <>
      <div class="set-card">
        <p class="faint" data-testid="routing-now">{t(force.auto ? "routing.now.auto" : "routing.now.claim")}</p>
        <Choice label={t("routing.assign")} testid="routing" value={assign === "auto" ? "auto" : "claim"} set={(way) => set({ ...values, routing: { ...values.routing, assign: way } })} all={[["claim", t("routing.claim")], ["auto", t("routing.auto")]]} />
        <p class="faint">{t("routing.capacity")} <button type="button" class="link" onClick={() => goTo("team")}>{t("nav.team")}</button></p>
      </div>
      <Here of={found} again={again}>{({ agents }) => (
        <ol class="team-list">
          {teams.map((one, at) => (
            <TeamCard key={at} one={one} at={at} last={at === teams.length - 1} taken={teams.some(({ name }, other) => other !== at && name === one.name)} agents={agents.filter(({ active }) => active)} languages={force.languages} told={told}
              put={(next) => put(teams.map((each, other) => (other === at ? next : each)))}
              move={(by) => put(teams.map((each, other) => (other === at ? teams[at + by]! : other === at + by ? one : each)))}
              drop={() => put(teams.filter((_, other) => other !== at))} />
          ))}
        </ol>
      )}</Here>
      <p class="set-acts"><button type="button" class="btn line" data-testid="routing-add" onClick={fresh}>{t("routing.add")}</button></p>
    </>
  );
}

interface CardProps {
  one: Named;
  at: number;
  last: boolean;
  taken: boolean;
  agents: Team["agents"];
  languages: string[];
  told: FormProps["told"];
  put: (next: Named) => void;
  move: (by: -1 | 1) => void;
  drop: () => void;
}

function TeamCard({ one, at, last, taken, agents, languages, told, put, move, drop }: CardProps) {
  const { name, team } = one;
  const path = `teams.${name}`;
  const change = (more: { [K in keyof TeamTable]?: TeamTable[K] | undefined }) => put({ name, team: { ...team, ...more } as TeamTable });
  const list = (key: "members" | "reasons" | "languages"): string[] => (Array.isArray(team[key]) ? team[key] : []);
  const loads = new Map(agents.map((agent) => [agent.name, `${agent.display_name} (${agent.load}/${agent.capacity})`]));
  const wrong = told(path) ?? told(`${path}.members`);
  return (
    <li class="set-card" data-testid="team-card" data-name={name}>
      <div class="set-fields">
        <Field label={t("routing.name", { n: at + 1 })}>
          <input value={name} maxLength={64} data-field={path} data-testid="team-card-name" aria-invalid={taken || undefined} onInput={(e) => put({ name: e.currentTarget.value, team })} />
          {taken && <small class="set-wrong">{t("routing.taken")}</small>}
        </Field>
        <Field label={t("routing.lead")}>
          <select value={team.lead ?? ""} data-field={`${path}.lead`} data-testid="team-card-lead" onChange={(e) => change({ lead: e.currentTarget.value || undefined })}>
            <option value="">{t("routing.nobody")}</option>
            {[...new Set([...list("members"), ...(team.lead ? [team.lead] : [])])].map((who) => <option key={who} value={who}>{loads.get(who) ?? who}</option>)}
          </select>
        </Field>
        <Ticks legend={t("routing.members")} all={[...new Set([...loads.keys(), ...list("members")])]} word={(who) => loads.get(who) ?? t("routing.unknown", { name: who })} held={list("members")} put={(members) => change({ members })} testid="member" />
        <Told one={wrong} />
        <Ticks legend={t("routing.languages")} all={[...new Set([...languages, ...list("languages")])]} word={String} held={list("languages")} put={(next) => change({ languages: next.length ? next : undefined })} testid="language" />
        <details class="wide">
          <summary data-testid="team-card-reasons">{t("routing.reasons")} {list("reasons").map((key) => desk.term("reason", key)).join(" · ") || t("routing.any")}</summary>
          <Ticks legend={t("routing.reasons")} all={[...new Set([...REASONS, ...list("reasons")])]} word={(key) => desk.term("reason", key)} held={list("reasons")} put={(next) => change({ reasons: next.length ? next : undefined })} testid="reason" />
        </details>
      </div>
      <div class="set-acts">
        <button type="button" class="btn line" disabled={at === 0} data-testid="team-card-up" onClick={() => move(-1)}>{t("routing.up")}</button>
        <button type="button" class="btn line" disabled={last} onClick={() => move(1)}>{t("routing.down")}</button>
        <button type="button" class="btn line" data-testid="team-card-drop" onClick={drop}>{t("routing.drop")}</button>
      </div>
    </li>
  );
}

function Ticks({ legend, all, word, held, put, testid }: { legend: string; all: readonly string[]; word: (one: string) => string; held: string[]; put: (next: string[]) => void; testid: string }) {
  return (
    <fieldset class="team-langs wide">
      <legend>{legend}</legend>
      {all.map((one) => (
        <label key={one}><input type="checkbox" checked={held.includes(one)} data-testid={`${testid}-${one}`} onChange={(e) => put(e.currentTarget.checked ? [...held, one] : held.filter((other) => other !== one))} /> {word(one)}</label>
      ))}
    </fieldset>
  );
}
