import { useState } from "preact/hooks";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import type { PolicyState, PolicyVersion, WordLine } from "./model.js";
import { Field, Head, Here, useLoaded } from "./parts.js";
import { PolicyDraft } from "./policy_draft.js";
import { Words } from "./policy_words.js";
import { t } from "./words.js";

/** The shop's policies: what holds, what is on its way, and what differs between two versions. */
export function PoliciesSection() {
  const [found, again, set] = useLoaded(() => desk.api.request<PolicyState>("GET", "desk/policies/draft"));
  return (
    <section data-testid="policy-settings">
      <Head title={t("policy")} sub={t("policy.sub")}>
        <button type="button" class="btn line" data-testid="policy-history" onClick={() => desk.go("policies")}>{t("policy.history")}</button>
      </Head>
      <Here of={found} again={again}>{(state) => (
        <>
          {state.draft ? <PolicyDraft key={state.draft.files.map(({ path }) => path).join()} state={state} again={again} /> : <Begin state={state} set={set} />}
          <Versions state={state} again={again} />
          <Compare state={state} />
        </>
      )}</Here>
    </section>
  );
}

function Begin({ state, set }: { state: PolicyState; set: (state: PolicyState) => void }) {
  const names = [...new Set(state.versions.map(({ policy }) => policy))];
  const [policy, setPolicy] = useState(names[0] ?? "");
  const [effective, setEffective] = useState(state.today);
  const begin = async (event: Event) => {
    event.preventDefault();
    try {
      set(await desk.api.request<PolicyState>("POST", "desk/policies/draft", { policy, effective }));
    } catch {
      desk.toast(t("save.failed"), "bad");
    }
  };
  if (names.length === 0) return <p class="faint">{t("policy.none")}</p>;
  return (
    <form class="set-card set-fields" onSubmit={(e) => void begin(e)}>
      <Field label={t("policy.which")}><select value={policy} data-testid="policy-which" onChange={(e) => setPolicy(e.currentTarget.value)}>{names.map((one) => <option key={one}>{one}</option>)}</select></Field>
      <Field label={t("policy.effective")}><input type="date" required min={state.today} value={effective} data-testid="policy-effective" onInput={(e) => setEffective(e.currentTarget.value)} /></Field>
      <div class="set-acts wide"><button type="submit" class="btn primary" data-testid="policy-begin">{t("policy.begin")}</button></div>
    </form>
  );
}

function Versions({ state, again }: { state: PolicyState; again: () => void }) {
  const withdraw = async ({ policy, effective }: PolicyVersion) => {
    if (!confirm(t("policy.withdraw.sure", { policy, day: effective }))) return;
    try {
      await desk.api.request("POST", "desk/policies/versions/withdrawal", { policy, effective });
      desk.toast(t("policy.withdrawn"), "good");
      again();
    } catch (problem) {
      desk.toast(problem instanceof DeskProblem && problem.detail ? problem.detail : t("save.failed"), "bad");
    }
  };
  return (
    <div class="set-card">
      <h3>{t("policy.versions")}</h3>
      <ul class="set-list">
        {state.versions.map((one) => (
          <li key={one.policy + one.effective} data-testid="policy-version" data-state={one.state}>
            <b>{one.policy}</b><span class="num">{one.effective}</span>
            <span class="row-gap" />
            <Chip tone={one.state === "now" ? "good" : one.state === "future" ? "warn" : "neutral"}>{t(`policy.state.${one.state}`)}</Chip>
            {one.state === "future" && <button type="button" class="btn line" data-testid="policy-withdraw" onClick={() => void withdraw(one)}>{t("policy.withdraw")}</button>}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Two published versions of one policy, side by side in words. */
function Compare({ state }: { state: PolicyState }) {
  const pairs = state.versions.filter(({ policy }) => state.versions.filter((one) => one.policy === policy).length > 1);
  const names = [...new Set(pairs.map(({ policy }) => policy))];
  const [policy, setPolicy] = useState(names[0] ?? "");
  const days = pairs.filter((one) => one.policy === policy).map(({ effective }) => effective).sort();
  const [from, setFrom] = useState(days.at(-2) ?? "");
  const [to, setTo] = useState(days.at(-1) ?? "");
  const [words, setWords] = useState<WordLine[] | null>(null);
  if (names.length === 0) return null;
  const choose = (name: string) => {
    const own = pairs.filter((one) => one.policy === name).map(({ effective }) => effective).sort();
    setPolicy(name), setFrom(own.at(-2) ?? ""), setTo(own.at(-1) ?? ""), setWords(null);
  };
  const compare = async (event: Event) => {
    event.preventDefault();
    const query = new URLSearchParams({ policy, from, to, lang: desk.locale.value });
    try {
      setWords((await desk.api.request<{ words: WordLine[] }>("GET", `desk/policies/diff?${query}`)).words);
    } catch (problem) {
      desk.toast(problem instanceof DeskProblem && problem.detail ? problem.detail : t("save.failed"), "bad");
    }
  };
  const day = (value: string, set: (day: string) => void, label: string, id: string) => (
    <Field label={label}><select value={value} data-testid={id} onChange={(e) => set(e.currentTarget.value)}>{days.map((one) => <option key={one}>{one}</option>)}</select></Field>
  );
  return (
    <form class="set-card" onSubmit={(e) => void compare(e)}>
      <h3>{t("policy.compare")}</h3>
      <div class="set-fields">
        <Field label={t("policy.which")}><select value={policy} onChange={(e) => choose(e.currentTarget.value)}>{names.map((one) => <option key={one}>{one}</option>)}</select></Field>
        <span />
        {day(from, setFrom, t("policy.from"), "policy-from")}
        {day(to, setTo, t("policy.to"), "policy-to")}
      </div>
      <div class="set-acts"><button type="submit" class="btn line" data-testid="policy-compare">{t("policy.compare.go")}</button></div>
      {words && <Words lines={words} testid="policy-compared" />}
    </form>
  );
}
