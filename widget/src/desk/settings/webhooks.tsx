import { useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { Chip, Empty } from "../../ui/kit.js";
import { desk } from "../app.js";
import { attempt as refusable } from "./attempt.js";
import { Once } from "./once.js";
import { Field, Head, Here, useLoaded } from "./parts.js";
import { type SettingsWord, t } from "./words.js";

interface Webhook {
  id: string;
  url: string;
  kinds: string[];
  paused: boolean;
  created_by: string;
  old_secret_until: string | null;
  last: { state: State; at: string } | null;
}

type State = "pending" | "done" | "failed";

interface Delivery {
  id: string;
  kind: string;
  state: State;
  at: string;
  body: string;
  next_at: string | null;
  attempts: { n: number; at: string; status: number | null; ms: number; trouble: string | null }[];
}

const TONES = { pending: "warn", done: "good", failed: "bad" } as const;
const kindWord = (kind: string) => t(`hook.kind.${kind}` as SettingsWord);
const when = (at: string) => dateTime(at, desk.locale.value);

const attempt = (work: () => Promise<unknown>, done: SettingsWord) => refusable(work, done, { BadAddress: "hook.bad", TooMany: "hook.many" });

/** Addresses of other systems that are told what happens here, and how each delivery went. */
export function WebhooksPage() {
  const [found, again] = useLoaded(() => desk.api.request<{ webhooks: Webhook[]; kinds: string[] }>("GET", "desk/webhooks"));
  const [secret, setSecret] = useState("");
  const [adding, setAdding] = useState(false);
  const told = (given: { secret: string }) => (setSecret(given.secret), setAdding(false), again());
  return (
    <section data-testid="webhooks">
      <Head title={t("nav.webhooks")} sub={t("hook.sub")}>
        <button type="button" class="btn primary" data-testid="hook-new" aria-expanded={adding} onClick={() => setAdding(!adding)}>{t("hook.new")}</button>
      </Head>
      {secret && <Once of="hook" text={secret} label={t("hook.secret")} kept={t("hook.kept")} close={() => setSecret("")}>{t("hook.once")}</Once>}
      <Here of={found} again={again}>{({ webhooks, kinds }) => (
        <>
          {adding && <New kinds={kinds} told={told} />}
          {webhooks.length === 0 && !adding && <Empty icon="doc" title={t("hook.none")} />}
          <ul class="team-list">{webhooks.map((one) => <Row key={one.id} one={one} kinds={kinds} again={again} told={told} />)}</ul>
        </>
      )}</Here>
    </section>
  );
}

function Kinds({ all, value, set }: { all: string[]; value: string[]; set: (next: string[]) => void }) {
  return (
    <fieldset class="team-langs wide">
      <legend>{t("hook.kinds")}</legend>
      {all.map((one) => <label key={one}><input type="checkbox" checked={value.includes(one)} data-testid={`kind-${one}`} onChange={(e) => set(e.currentTarget.checked ? [...value, one] : value.filter((other) => other !== one))} /> {kindWord(one)}</label>)}
    </fieldset>
  );
}

function New({ kinds, told }: { kinds: string[]; told: (given: { secret: string }) => void }) {
  const [url, setUrl] = useState("");
  const [chosen, setChosen] = useState<string[]>(["ticket", "ticket.changed"]);
  const send = (event: Event) => (event.preventDefault(), void attempt(async () => told(await desk.api.request("POST", "desk/webhooks", { url, kinds: chosen })), "hook.added"));
  return (
    <form class="set-card set-fields" onSubmit={send}>
      <Field label={t("hook.url")} wide><input required type="url" maxLength={500} value={url} placeholder="https://example.com/anxin" data-testid="hook-url" onInput={(e) => setUrl(e.currentTarget.value)} /></Field>
      <Kinds all={kinds} value={chosen} set={setChosen} />
      <div class="set-acts wide"><button type="submit" class="btn primary" disabled={chosen.length === 0} data-testid="hook-go">{t("team.go")}</button></div>
    </form>
  );
}

function Row({ one, kinds, again, told }: { one: Webhook; kinds: string[]; again: () => void; told: (given: { secret: string }) => void }) {
  const [open, setOpen] = useState(false);
  const [looked, setLooked] = useState(0);
  const path = `desk/webhooks/${one.id}`;
  const change = (values: Record<string, unknown>) => attempt(() => desk.api.request("PATCH", path, values), "team.changed").then(again);
  const test = () => attempt(() => desk.api.request("POST", `${path}/test`), "hook.tested").then(() => (setOpen(true), setLooked((n) => n + 1)));
  const rotate = () => void (confirm(t("hook.rotate.sure")) && attempt(async () => told(await desk.api.request("POST", `${path}/secret`)), "hook.rotated"));
  const drop = () => void (confirm(t("hook.drop.sure")) && attempt(() => desk.api.request("DELETE", path), "hook.dropped").then(again));
  return (
    <li class="set-card" data-testid="webhook" data-url={one.url}>
      <div class="team-head">
        <span class="set-row"><b dir="ltr">{one.url}</b><small>{one.kinds.map(kindWord).join(" · ")}</small></span>
        <span class="row-gap" />
        {one.paused ? <Chip tone="warn">{t("hook.paused")}</Chip> : one.last && <Chip tone={TONES[one.last.state]}>{t(`hook.state.${one.last.state}`)}</Chip>}
        <button type="button" class="btn line" aria-expanded={open} data-testid="hook-open" onClick={() => setOpen(!open)}>{t("hook.log")}</button>
      </div>
      {one.old_secret_until && new Date(one.old_secret_until).getTime() > desk.now.value && <p class="faint">{t("hook.old", { at: when(one.old_secret_until) })}</p>}
      {open && (
        <>
          <Kinds all={kinds} value={one.kinds} set={(next) => void (next.length && change({ kinds: next }))} />
          <div class="set-acts">
            <button type="button" class="btn line" disabled={one.paused} data-testid="hook-test" onClick={() => void test()}>{t("hook.test")}</button>
            <button type="button" class="btn line" data-testid="hook-pause" onClick={() => void change({ paused: !one.paused })}>{t(one.paused ? "hook.resume" : "hook.pause")}</button>
            <button type="button" class="btn line" data-testid="hook-rotate" onClick={rotate}>{t("hook.rotate")}</button>
            <button type="button" class="btn line" data-testid="hook-drop" onClick={drop}>{t("hook.drop")}</button>
          </div>
          <Log path={path} looked={looked} />
        </>
      )}
    </li>
  );
}

function Log({ path, looked }: { path: string; looked: number }) {
  const [found, again] = useLoaded(() => desk.api.request<{ deliveries: Delivery[]; next: string | null }>("GET", `${path}/deliveries`), path, looked);
  const redeliver = (id: string) => void attempt(() => desk.api.request("POST", `${path}/deliveries/${encodeURIComponent(id)}/redelivery`), "hook.again.done").then(again);
  return (
    <Here of={found} again={again}>{({ deliveries }) => (
      <>
        <div class="set-acts"><button type="button" class="link" data-testid="hook-look" onClick={again}>{t("install.check")}</button></div>
        {deliveries.length === 0 && <p class="faint">{t("hook.log.none")}</p>}
        <ul class="set-list">
          {deliveries.map((one) => (
            <li key={one.id} data-testid="delivery" data-state={one.state}>
              <details class="published">
                <summary>{when(one.at)} · {one.kind === "ping" ? t("hook.test") : kindWord(one.kind)}</summary>
                <ol class="hook-tries">{one.attempts.map(({ n, at, status, ms, trouble }) => <li key={n}>{when(at)} · {status ?? t("hook.no.answer")} · {ms} ms{trouble && <small dir="ltr"> {trouble}</small>}</li>)}</ol>
                <pre class="hook-body" tabIndex={0} role="region" aria-label={t("hook.body")}>{one.body}</pre>
              </details>
              <span class="row-gap" />
              {one.next_at && one.attempts.length > 0 && <small>{t("hook.next", { at: when(one.next_at) })}</small>}
              <Chip tone={TONES[one.state]}>{t(`hook.state.${one.state}`)}</Chip>
              <button type="button" class="btn line" data-testid="hook-again" onClick={() => redeliver(one.id)}>{t("hook.again")}</button>
            </li>
          ))}
        </ul>
      </>
    )}</Here>
  );
}
