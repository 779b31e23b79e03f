import { useEffect, useState } from "preact/hooks";
import { dateTime } from "../../core/format.js";
import { Icon } from "../../ui/icons.js";
import { Empty, Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";
import { Connection } from "../connection.js";
import { SuppliersHere } from "../suppliers_here.js";
import type { SupplierRequest } from "../ticket.js";
import { Rates } from "./rates.js";
import { t } from "./words.js";

const DAYS = [7, 30, 90] as const;
/** Requests that are shown before the rest is asked for. */
const SHOWN = 6;
export const PARTIES = ["supplier", "distributor", "batch"] as const;
export type Party = (typeof PARTIES)[number];

export interface Rate {
  party: Party;
  name: string;
  asked_about: number;
  complaints: number;
  share: number;
}

export interface Supply {
  rates: Rate[];
  alerts: (Rate & { at: string })[];
  threshold: { days: number; complaints: number; share: string };
}

export type ShopRequest = SupplierRequest & { ticket: string; conversation: string };

/** What was asked of suppliers, and whose goods are complained of. What stands there stays until the other days come. */
export function Page() {
  const [days, setDays] = useState<(typeof DAYS)[number]>(30);
  const [found, setFound] = useState<{ supply: Supply; asked: ShopRequest[]; days: number } | "failed" | null>(null);
  const [tried, setTried] = useState(0);
  const news = desk.supplyNews.value;
  useEffect(() => {
    let here = true;
    Promise.all([desk.api.supply(days), desk.api.allAsked(days)]).then(([supply, asked]) => here && setFound({ supply, asked, days }), () => here && setFound("failed"));
    return () => void (here = false);
  }, [days, tried, news]);
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports" data-testid="suppliers" tabIndex={-1}>
        <header class="reports-head">
          <div><h1>{t("title")}</h1><p class="faint">{t("sub")}</p></div>
          <div class="seg" role="radiogroup" aria-label={t("days")}>
            {DAYS.map((one) => <button type="button" role="radio" key={one} aria-checked={days === one} data-testid={`supply-days-${one}`} onClick={() => setDays(one)}>{t(`days.${one}`)}</button>)}
          </div>
        </header>
        {found === null && <Skeleton lines={9} />}
        {found === "failed" && <Empty icon="alert" title={t("failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty>}
        {found && found !== "failed" && (
          <div class="supply" aria-busy={found.days !== days}>
            <Alerts supply={found.supply} />
            <Rates rates={found.supply.rates} threshold={found.supply.threshold} />
            <Asked asked={found.asked} />
          </div>
        )}
      </main>
    </div>
  );
}

function Alerts({ supply: { alerts, threshold } }: { supply: Supply }) {
  const share = `${Math.round(Number(threshold.share) * 100)}%`;
  return (
    <section class="measure" data-testid="supply-alerts">
      <h2>{t("alerts")}</h2>
      {alerts.length === 0 && <p class="faint">{t("alert.none", { ...threshold, share })}</p>}
      <ul class="supply-alerts">
        {alerts.map((one) => (
          <li key={one.party + one.name + one.at} data-testid="supply-alert"><Icon name="alert" size={16} /><span dir="auto">{t("alert", { party: t(one.party), name: one.name, asked: one.asked_about, complaints: one.complaints })}</span><small class="num">{dateTime(one.at, desk.locale.value)}</small></li>
        ))}
      </ul>
    </section>
  );
}

function Asked({ asked }: { asked: ShopRequest[] }) {
  const [most, setMost] = useState(SHOWN);
  return (
    <section class="measure">
      <h2>{t("asked")}</h2>
      {asked.length === 0 && <p class="faint">{t("asked.none")}{desk.locale.value === "en" ? ". " : "。"}{t("asked.none.sub")}</p>}
      {asked.slice(0, most).map((one) => (
        <div class="supply-asked" key={one.number}>
          <SuppliersHere asked={[one]} />
          <button type="button" class="link quiet" data-testid="supply-open" onClick={() => desk.open(one.conversation)}>{one.ticket} · {t("open")}</button>
        </div>
      ))}
      {asked.length > most && <button type="button" class="link quiet" onClick={() => setMost(most + 20)}>{desk.t("related.more", { n: asked.length - most })}</button>}
    </section>
  );
}
