import { useEffect, useState } from "preact/hooks";
import { localised } from "../core/api.js";
import { day, money } from "../core/format.js";
import { Icon, type IconName } from "../ui/icons.js";
import { Drafts } from "./drafts.js";
import { ProofCheck } from "./proof.js";
import { type DemoOrder, data, locale } from "./shop.js";
import { amountOf, type Question, Refused, type Verdict, type WhatIf, whatIf } from "./verdict.js";
import { WHY, word, type Word } from "./words.what_if.js";

const t = (key: string, args?: Record<string, unknown>) => word(locale.value, key as Word, args);

/** What may be changed, in the order in which people ask about it. `hours` moves the time of payment. */
const SWITCHES = [
  { name: "delivery.state", label: "fact.delivered", on: "delivered", off: "not_delivered" },
  { name: "delivery.redeemed", label: "fact.redeemed", on: true, off: false },
  { name: "order.no_return_confirmed", label: "fact.agreed", on: true, off: false },
  { name: "order.frozen", label: "fact.frozen", on: true, off: false },
] as const;
const HOURS = [1, 12, 24, 72, 167, 169, 240, 720, 2160] as const;
const PAID = "order.paid_at";
const HOUR_MS = 3_600_000;
/** An order whose verdict one fact turns into its opposite, on whatever day it is looked at. */
const FIRST = "SC20261118001";

type Facts = Record<string, unknown>;

function allOrders(): DemoOrder[] {
  return data.value?.buyers.flatMap((b) => b.orders) ?? [];
}

export function WhatIfPage({ number }: { number: string | null }) {
  const orders = allOrders();
  const order = orders.find((o) => o.number === number) ?? orders.find((o) => o.number === FIRST) ?? orders[0];
  const [reason, setReason] = useState<string>("changed_mind");
  if (!order) return null;
  const pick = (next: string) => (location.hash = `#/what-if/${encodeURIComponent(next)}`);
  return (
    <section class="whatif" data-testid="what-if">
      <div>
        <h1 class="section first">{t("whatif.title")}</h1>
        <p class="hint">{t("whatif.sub")}</p>
      </div>
      <div class="pickers">
        <label>
          <span>{t("whatif.order")}</span>
          <select value={order.number} data-testid="what-if-order" onChange={(e) => pick(e.currentTarget.value)}>
            {orders.map((o) => <option key={o.number} value={o.number}>{o.number} · {name(o)}</option>)}
          </select>
        </label>
        <label>
          <span>{t("whatif.reason")}</span>
          <select value={reason} data-testid="what-if-reason" onChange={(e) => setReason(e.currentTarget.value)}>
            {Object.entries(WHY).map(([code, said]) => <option key={code} value={code}>{said[locale.value]}</option>)}
          </select>
        </label>
      </div>
      <Trial key={order.number + reason} order={order.number} reason={reason} />
      <Drafts />
    </section>
  );
}

function name(order: DemoOrder): string {
  return typeof order.product_name === "string" ? order.product_name : localised(order.product_name, locale.value);
}

/** One order and one reason: what is decided as it is, and what with a fact changed. */
function Trial({ order, reason }: { order: string; reason: string }) {
  const [facts, setFacts] = useState<Facts>({});
  const before = useVerdict({ order, request: "refund", reason, facts: {} });
  const after = useVerdict({ order, request: "refund", reason, facts });
  if (before.failed) return <div class="state"><p>{t(before.failed === 404 ? "whatif.absent" : "whatif.failed")}</p></div>;
  const changed = Object.keys(facts).length > 0;
  const change = (fact: string, value: unknown) => {
    const { [fact]: _old, ...rest } = facts;
    setFacts(value === undefined ? rest : { ...rest, [fact]: value });
  };
  return (
    <>
      <div class="trial">
        <div class="panel facts-panel">
          <h2>{t("whatif.facts")}</h2>
          {SWITCHES.map((s) => <Switch key={s.name} {...s} truth={before.told?.proof.facts[s.name]?.value} now={facts[s.name]} change={change} />)}
          <Hours truth={before.told?.proof.facts[PAID]?.value} now={facts[PAID]} change={change} />
          <button type="button" class="btn line tiny" disabled={!changed} data-testid="what-if-reset" onClick={() => setFacts({})}>
            <Icon name="undo" size={16} />{t("whatif.reset")}
          </button>
        </div>
        <div class="verdicts">
          <VerdictCard title={t("whatif.before")} told={before.told} testid="verdict-before" />
          <span class="becomes" aria-hidden="true"><Icon name="right" size={20} /></span>
          <VerdictCard title={t(changed ? "whatif.after" : "whatif.same")} told={changed ? after.told : before.told} turned={changed && turned(before.told, after.told)} quiet={!changed} testid="verdict-after" />
        </div>
      </div>
      {after.told && <ProofCheck key={after.told.proof.digest} proof={after.told.proof} />}
    </>
  );
}

function turned(before: WhatIf | null, after: WhatIf | null): boolean {
  if (!before || !after) return false;
  const [a, b] = [before.decision, after.decision];
  return a.verdict !== b.verdict || a.clause?.id !== b.clause?.id || amountOf(a)?.amount !== amountOf(b)?.amount;
}

interface Told {
  told: WhatIf | null;
  /** The status that it failed with, 0 for no answer at all; null where it did not. */
  failed: number | null;
}

function useVerdict(question: Question): Told {
  const [state, setState] = useState<Told>({ told: null, failed: null });
  const key = JSON.stringify(question);
  useEffect(() => {
    let stale = false;
    whatIf(question).then(
      (told) => !stale && setState({ told, failed: null }),
      (error: unknown) => !stale && setState({ told: null, failed: error instanceof Refused ? error.status : 0 }),
    );
    return () => {
      stale = true;
    };
  }, [key]);
  return state;
}

interface SwitchProps {
  name: string;
  label: string;
  on: unknown;
  off: unknown;
  truth: unknown;
  now: unknown;
  change(name: string, value: unknown): void;
}

function Switch({ name, label, on, off, truth, now, change }: SwitchProps) {
  const value = now === undefined ? truth : now;
  const changed = now !== undefined;
  return (
    <div class="fact" role="radiogroup" aria-label={t(label)} data-changed={changed}>
      <span>{t(label)}<small>{truth === undefined ? t("fact.unknown") : changed ? t("fact.changed") : t("fact.record")}</small></span>
      <span class="seg">
        {([on, off] as const).map((choice) => (
          <button
            type="button"
            role="radio"
            key={String(choice)}
            aria-checked={value === choice}
            data-testid={`fact-${name}-${choice === on ? "yes" : "no"}`}
            onClick={() => change(name, choice === truth ? undefined : choice)}
          >
            {t(choice === on ? "fact.yes" : "fact.no")}
          </button>
        ))}
      </span>
    </div>
  );
}

function Hours({ truth, now, change }: { truth: unknown; now: unknown; change(name: string, value: unknown): void }) {
  if (typeof truth !== "string") return null;
  const paid = Date.parse(typeof now === "string" ? now : truth);
  const hours = Math.max(0, Math.round((Date.now() - paid) / HOUR_MS));
  const at = now === undefined ? -1 : HOURS.findIndex((h) => h === hours);
  const move = (place: number) => {
    const h = HOURS[place] ?? 1;
    change(PAID, new Date(Math.floor((Date.now() - h * HOUR_MS) / 1000) * 1000).toISOString().replace(".000Z", "Z"));
  };
  const nearest = at >= 0 ? at : HOURS.reduce((best, h, i) => (Math.abs(h - hours) < Math.abs((HOURS[best] ?? 0) - hours) ? i : best), 0);
  return (
    <label class="fact tall" data-changed={now !== undefined}>
      <span>{t("fact.hours")}<small>{now === undefined ? t("fact.record") : t("fact.changed")}</small></span>
      <output>{hours < 72 ? t("fact.h", { n: hours }) : t("fact.d", { n: (hours / 24).toFixed(hours % 24 ? 1 : 0) })}</output>
      <input type="range" min={0} max={HOURS.length - 1} step={1} value={nearest} data-testid="fact-hours" onInput={(e) => move(Number(e.currentTarget.value))} />
    </label>
  );
}

const LOOK: Record<Verdict["verdict"], readonly [IconName, string]> = { grant: ["ok", "good"], refuse: ["no", "bad"], refer: ["refer", "warn"], need: ["help", "warn"] };

function VerdictCard({ title, told, turned, quiet, testid }: { title: string; told: WhatIf | null; turned?: boolean; quiet?: boolean; testid: string }) {
  if (!told) return <div class="verdict" aria-busy="true"><i class="spinner" /></div>;
  const { decision } = told;
  const [icon, tone] = LOOK[decision.verdict];
  const money_ = amountOf(decision);
  return (
    <div class={`verdict ${tone}`} data-turned={turned} data-quiet={quiet} data-testid={testid} data-verdict={decision.verdict} role="status">
      <p class="verdict-when">{title}{turned && <b>{t("whatif.turned")}</b>}</p>
      <p class="verdict-word"><Icon name={icon} size={22} />{t(`verdict.${decision.verdict}`)}</p>
      {money_ ? <p class="verdict-money">{money(money_.amount, money_.currency)}<small>{t("whatif.refund")}</small></p> : <p class="verdict-none">{t("whatif.none")}</p>}
      {decision.clause ? <ClauseLine clause={decision.clause} /> : <p class="verdict-clause"><span>{t("whatif.noclause")}</span></p>}
    </div>
  );
}

function ClauseLine({ clause }: { clause: NonNullable<Verdict["clause"]> }) {
  const [title, setTitle] = useState(clause.title ?? "");
  const { policy, id } = clause;
  useEffect(() => {
    if (clause.title) return setTitle(clause.title);
    let stale = false;
    const path = `/api/v1/shops/${data.value?.shop}/sources/clause/${policy}/${encodeURIComponent(id)}?lang=${locale.value}`;
    fetch(path).then((a) => (a.ok ? a.json() : null)).then((s: { title?: string } | null) => !stale && setTitle(s?.title ?? ""), () => {});
    return () => {
      stale = true;
    };
  }, [policy, id, locale.value]);
  return (
    <p class="verdict-clause">
      <Icon name="scale" size={16} />
      <span><b>{title || id}</b><small><code>{id} · </code>{t("whatif.since", { day: day(clause.effective, locale.value) })}</small></span>
    </p>
  );
}
