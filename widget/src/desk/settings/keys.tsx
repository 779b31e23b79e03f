import { useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { Chip, Empty } from "../../ui/kit.js";
import { desk } from "../app.js";
import { attempt as refusable } from "./attempt.js";
import { Once } from "./once.js";
import { Choice, Field, Head, Here, useLoaded } from "./parts.js";
import { type SettingsWord, t } from "./words.js";

interface Key {
  id: string;
  prefix: string;
  name: string;
  scopes: string[];
  state: "active" | "expired" | "revoked";
  created_at: string;
  created_by: string;
  expires_at: string | null;
  last_used_at: string | null;
  old_until: string | null;
}

type Told = { text: string };

const TONES = { active: "good", expired: "warn", revoked: "bad" } as const;
const DAYS = ["30", "90", "365", "0"] as const;
const scopeWord = (scope: string) => t(`key.scope.${scope}` as SettingsWord);
const when = (at: string) => dateTime(at, desk.locale.value);

const attempt = (work: () => Promise<unknown>, done: SettingsWord) => refusable(work, done, { too_many: "key.many" });

/** What other systems show to use the API: each with its scopes, its end and its last use. */
export function KeysPage() {
  const [found, again] = useLoaded(() => desk.api.request<{ keys: Key[]; scopes: string[] }>("GET", "desk/keys"));
  const [text, setText] = useState("");
  const [adding, setAdding] = useState(false);
  const told = (given: Told) => (setText(given.text), setAdding(false), again());
  return (
    <section data-testid="keys">
      <Head title={t("nav.keys")} sub={t("key.sub")}>
        <button type="button" class="btn primary" data-testid="key-new" aria-expanded={adding} onClick={() => setAdding(!adding)}>{t("key.new")}</button>
      </Head>
      {text && <Once of="key" text={text} label={t("key.text")} kept={t("key.kept")} close={() => setText("")}>{t("key.once")}</Once>}
      <Here of={found} again={again}>{({ keys, scopes }) => (
        <>
          {adding && <New scopes={scopes} told={told} />}
          {keys.length === 0 && !adding && <Empty icon="lock" title={t("key.none")} />}
          <ul class="team-list">{keys.map((one) => <Row key={one.id} one={one} again={again} told={told} />)}</ul>
        </>
      )}</Here>
    </section>
  );
}

function New({ scopes, told }: { scopes: string[]; told: (given: Told) => void }) {
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [days, setDays] = useState<(typeof DAYS)[number]>("365");
  const send = (event: Event) => {
    event.preventDefault();
    const ends = days === "0" ? null : new Date(desk.now.value + Number(days) * 86_400_000).toISOString();
    void attempt(async () => told(await desk.api.request("POST", "desk/keys", { name: name.trim(), scopes: chosen, expires_at: ends })), "key.added");
  };
  return (
    <form class="set-card set-fields" onSubmit={send}>
      <Field label={t("key.name")} wide><input required maxLength={200} value={name} placeholder={t("key.name.hint")} data-testid="key-name" onInput={(e) => setName(e.currentTarget.value)} /></Field>
      <fieldset class="team-langs wide">
        <legend>{t("key.scopes")}</legend>
        {scopes.map((one) => <label key={one}><input type="checkbox" checked={chosen.includes(one)} data-testid={`scope-${one}`} onChange={(e) => setChosen(e.currentTarget.checked ? [...chosen, one] : chosen.filter((other) => other !== one))} /> {scopeWord(one)}</label>)}
      </fieldset>
      <Choice label={t("key.ends")} all={DAYS.map((one) => [one, t(`key.ends.${one}`)] as const)} value={days} set={setDays} testid="key-ends" />
      <div class="set-acts wide"><button type="submit" class="btn primary" disabled={chosen.length === 0 || !name.trim()} data-testid="key-go">{t("team.go")}</button></div>
    </form>
  );
}

function Row({ one, again, told }: { one: Key; again: () => void; told: (given: Told) => void }) {
  const path = `desk/keys/${one.id}`;
  const rotate = () => void (confirm(t("key.rotate.sure")) && attempt(async () => told(await desk.api.request("POST", `${path}/rotation`, {})), "key.rotated"));
  const revoke = () => void (confirm(t("key.revoke.sure")) && attempt(() => desk.api.request("DELETE", path), "key.revoked").then(again));
  const used = one.last_used_at ? t("key.used", { at: when(one.last_used_at) }) : t("key.unused");
  const ends = one.expires_at && one.state !== "revoked" ? ` · ${t("key.until", { at: when(one.expires_at) })}` : "";
  return (
    <li class="set-card" data-testid="key" data-state={one.state}>
      <div class="team-head">
        <span class="set-row"><b>{one.name}</b><small><code dir="ltr">{one.prefix}</code></small></span>
        <span class="row-gap" />
        <Chip tone={TONES[one.state]}>{t(`key.state.${one.state}`)}</Chip>
        {one.state !== "revoked" && (
          <>
            <button type="button" class="btn line" data-testid="key-rotate" onClick={rotate}>{t("key.rotate")}</button>
            <button type="button" class="btn line" data-testid="key-revoke" onClick={revoke}>{t("key.revoke")}</button>
          </>
        )}
      </div>
      <p class="key-may">{one.scopes.map(scopeWord).join(" · ")}</p>
      <p class="faint">{t("key.made", { by: one.created_by, at: when(one.created_at) })} · {used}{ends}</p>
      {one.old_until && new Date(one.old_until).getTime() > desk.now.value && <p class="faint">{t("key.old", { at: when(one.old_until) })}</p>}
    </li>
  );
}
