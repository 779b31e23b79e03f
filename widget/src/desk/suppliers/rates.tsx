import { t } from "./words.js";
import { PARTIES, type Rate, type Supply } from "./index.js";

/** So few lines say little, whatever their share. */
const FEW = 5;

/** By supplier, distributor and batch, most complaints first. */
export function Rates({ rates, threshold }: { rates: Rate[]; threshold: Supply["threshold"] }) {
  return (
    <section class="measure rates" data-testid="supply-rates">
      <h2>{t("rates")}</h2>
      <p class="faint">{t(rates.length ? "rates.sub" : "rates.none")}</p>
      {PARTIES.map((party) => {
        const mine = rates.filter((one) => one.party === party);
        return mine.length > 0 && (
          <table key={party} class="rate-table">
            <thead><tr><th scope="col">{t(party)}</th><th scope="col" class="num">{t("complaints")}</th><th scope="col" class="num">{t("seen")}</th><th scope="col" class="num">{t("share")}</th></tr></thead>
            <tbody>{mine.map((one) => <Line key={one.name} rate={one} threshold={threshold} />)}</tbody>
          </table>
        );
      })}
    </section>
  );
}

function Line({ rate, threshold }: { rate: Rate; threshold: Supply["threshold"] }) {
  const over = rate.complaints >= threshold.complaints && rate.share >= Number(threshold.share);
  return (
    <tr data-testid="supply-rate" data-party={rate.party} data-over={over}>
      <th scope="row" dir="auto">{rate.name}</th>
      <td class="num">{rate.complaints}</td>
      <td class="num">{rate.asked_about}</td>
      <td>
        <span class="rate">
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="8" rx="2" /><rect class={over ? "bar over" : "bar"} width={rate.share * 100} height="8" rx="2" /></svg>
          <b class="num">{Math.round(rate.share * 100)}%</b>
          {rate.asked_about < FEW && <small class="faint">{t("rates.few")}</small>}
        </span>
      </td>
    </tr>
  );
}
