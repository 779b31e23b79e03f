import { useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { Empty } from "../../ui/kit.js";
import { desk } from "../app.js";
import { Field, Head, Here, useLoaded } from "./parts.js";
import { type SettingsWord, t } from "./words.js";

interface Link {
  n: number;
  at: string;
  kind: string;
  actor: string;
  by: string;
  what: string;
  open: Record<string, unknown>;
  words: Record<string, unknown> | null;
  hash: string;
}

const KINDS = ["account", "webhook", "api_key", "settings", "privacy", "refund", "review"] as const;
/** What names the thing that was done something to, the first that there is. */
const NAMES = ["display_name", "name", "url"] as const;

/** Who did what and when, the newest first. */
export function AuditPage() {
  const [kind, setKind] = useState("");
  return (
    <section data-testid="audit">
      <Head title={t("nav.audit")} sub={t("audit.sub")} />
      <div class="audit-kind"><Field label={t("audit.kind")}>
        <select value={kind} data-testid="audit-kind" onChange={(e) => setKind(e.currentTarget.value)}>
          <option value="">{t("audit.all")}</option>
          {KINDS.map((one) => <option key={one} value={one}>{t(`audit.kind.${one}`)}</option>)}
        </select>
      </Field></div>
      <Pages key={kind} kind={kind} />
    </section>
  );
}

function Pages({ kind }: { kind: string }) {
  const [earlier, setEarlier] = useState<Link[]>([]);
  const [before, setBefore] = useState<number | null>(null);
  const path = `desk/audit?${kind && `kind=${kind}&`}${before ? `before=${before}` : ""}`;
  const [found, again] = useLoaded(() => desk.api.request<{ links: Link[]; next: number | null }>("GET", path), path);
  return (
    <>
      <ul class="set-list audit-list">{earlier.map((one) => <Line key={one.n} one={one} />)}</ul>
      <Here of={found} again={again}>{({ links, next }) => (
        <>
          {links.length === 0 && earlier.length === 0 && <Empty icon="doc" title={t("audit.none")} />}
          <ul class="set-list audit-list">{links.map((one) => <Line key={one.n} one={one} />)}</ul>
          {next && <div class="set-acts"><button type="button" class="btn line" data-testid="audit-more" onClick={() => (setEarlier([...earlier, ...links]), setBefore(next))}>{t("audit.more")}</button></div>}
        </>
      )}</Here>
    </>
  );
}

function Line({ one }: { one: Link }) {
  const told = NAMES.map((name) => one.words?.[name]).find(Boolean) ?? one.open["refund"] ?? one.open["order"] ?? "";
  return (
    <li data-testid="audit-link" data-kind={one.kind}>
      <details class="published">
        <summary>
          <span class="faint">{dateTime(one.at, desk.locale.value)}</span> <b>{one.by === "server" ? t("audit.server") : one.by}</b> {t(`audit.kind.${one.kind}` as SettingsWord)} · {t(`audit.what.${one.what}` as SettingsWord)} <bdi>{String(told)}</bdi>
        </summary>
        <pre class="hook-body" tabIndex={0} role="region" aria-label={t("audit.details")}>{JSON.stringify({ actor: one.actor, ...one.open, ...one.words, hash: one.hash }, null, 1)}</pre>
      </details>
    </li>
  );
}
