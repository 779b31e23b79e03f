import { useState } from "preact/hooks";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import { Field, Head } from "../settings/parts.js";
import { attempt, onDay } from "./doing.js";
import { t } from "./words.js";

export interface Hold {
  id: string;
  kind: "buyer" | "ticket";
  subject: string;
  reason: string;
  by: string;
  at: string;
  until: string | null;
  stands: boolean;
  lifted_at: string | null;
  lifted_by: string | null;
}

export function Holds({ all, again }: { all: Hold[]; again: () => void }) {
  const [adding, setAdding] = useState(false);
  return (
    <section class="privacy-part" data-testid="privacy-holds">
      <Head title={t("holds")} sub={t("holds.sub")}>
        <button type="button" class="btn line" data-testid="hold-new" aria-expanded={adding} onClick={() => setAdding(!adding)}>{t("hold.new")}</button>
      </Head>
      {adding && <New done={() => (setAdding(false), again())} />}
      {all.length === 0 && !adding && <p class="faint">{t("holds.none")}</p>}
      <ul class="team-list">{all.map((one) => <Row key={one.id} one={one} again={again} />)}</ul>
    </section>
  );
}

function New({ done }: { done: () => void }) {
  const [subject, setSubject] = useState("");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const send = async (event: Event) => {
    event.preventDefault();
    const given = { subject: subject.trim(), reason: reason.trim(), until: until ? new Date(`${until}T23:59:59`).toISOString() : null };
    if (await attempt(() => desk.api.request("POST", "desk/privacy/holds", given), "hold.done")) done();
  };
  return (
    <form class="set-card set-fields" onSubmit={(event) => void send(event)}>
      <Field label={t("hold.subject")} hint={t("hold.subject.hint")}><input required maxLength={200} dir="ltr" value={subject} data-testid="hold-subject" onInput={(e) => setSubject(e.currentTarget.value)} /></Field>
      <Field label={t("hold.until")}><input type="date" value={until} data-testid="hold-until" onInput={(e) => setUntil(e.currentTarget.value)} /></Field>
      <Field label={t("hold.reason")} wide><input required maxLength={500} value={reason} data-testid="hold-reason" onInput={(e) => setReason(e.currentTarget.value)} /></Field>
      <div class="set-acts wide"><button type="submit" class="btn primary" disabled={!subject.trim() || !reason.trim()} data-testid="hold-go">{t("hold.go")}</button></div>
    </form>
  );
}

function Row({ one, again }: { one: Hold; again: () => void }) {
  const lift = async () => {
    if (confirm(t("lift.sure")) && (await attempt(() => desk.api.request("DELETE", `desk/privacy/holds/${one.id}`), "lifted"))) again();
  };
  return (
    <li class="set-card" data-testid="hold" data-stands={one.stands}>
      <div class="team-head">
        <span class="set-row"><b dir="auto">{one.kind === "ticket" ? t("ticket", { number: one.subject }) : t("buyer", { id: one.subject })}</b><small dir="auto">{one.reason}</small></span>
        <span class="row-gap" />
        {!one.stands && <Chip>{one.lifted_at ? t("lifted") : t("hold.over")}</Chip>}
        {one.stands && <button type="button" class="btn line" data-testid="hold-lift" onClick={() => void lift()}>{t("lift")}</button>}
      </div>
      <p class="faint">
        {t("hold.by", { by: one.by, at: onDay(one.at) })}
        {one.until && ` · ${t("hold.to", { at: onDay(one.until) })}`}
        {one.lifted_at && ` · ${t("lifted.by", { by: one.lifted_by, at: onDay(one.lifted_at) })}`}
      </p>
    </li>
  );
}
