import { useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { desk } from "../app.js";
import { Field, Head, Here, useLoaded } from "../settings/parts.js";
import { type PrivacyWord, t } from "./words.js";

interface Look {
  id: string;
  at: string;
  by: string;
  what: string;
  subject: string;
  person: string | null;
}

/** Who of the shop looked at whose, the latest first; asked for again where `stamp` changes. */
export function Looks({ stamp }: { stamp: number }) {
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState("");
  return (
    <section class="privacy-part" data-testid="privacy-looks">
      <Head title={t("looks")} sub={t("looks.sub")} />
      <form class="privacy-find" onSubmit={(event) => (event.preventDefault(), setPerson(typed.trim()))}>
        <Field label={t("looks.who")}><input value={typed} dir="ltr" maxLength={200} placeholder="T-1001" data-testid="looks-who" onInput={(e) => setTyped(e.currentTarget.value)} /></Field>
        <button type="submit" class="btn line" data-testid="looks-find">{t("looks.find")}</button>
      </form>
      <Pages key={`${stamp} ${person}`} person={person} />
    </section>
  );
}

function Pages({ person }: { person: string }) {
  const [earlier, setEarlier] = useState<Look[]>([]);
  const [before, setBefore] = useState("");
  const path = `desk/privacy/looks?${new URLSearchParams({ ...(person && { person }), ...(before && { before }) })}`;
  const [found, again] = useLoaded(() => desk.api.request<{ looks: Look[]; next: string | null }>("GET", path).catch((problem: { status?: number }) => {
    if (problem.status === 404) return { looks: [], next: null };
    throw problem;
  }), path);
  return (
    <Here of={found} again={again}>{({ looks, next }) => (
      <>
        {looks.length === 0 && earlier.length === 0 && <p class="faint">{t("looks.none")}</p>}
        <ul class="set-list">{[...earlier, ...looks].map((one) => <Line key={one.id} one={one} />)}</ul>
        {next && <div class="set-acts"><button type="button" class="btn line" data-testid="looks-more" onClick={() => (setEarlier([...earlier, ...looks]), setBefore(next))}>{t("more")}</button></div>}
      </>
    )}</Here>
  );
}

function Line({ one }: { one: Look }) {
  return (
    <li data-testid="look" data-what={one.what}>
      <span class="faint">{dateTime(one.at, desk.locale.value)}</span>
      <b>{one.by}</b>
      <span>{t(`saw.${one.what}` as PrivacyWord)}{one.what === "evidence" && ` ${one.subject}`}</span>
      <span class="row-gap" />
      <small dir="auto">{one.person ?? t("gone")}</small>
    </li>
  );
}
