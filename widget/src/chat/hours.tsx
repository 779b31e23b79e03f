import type { ShopInfo } from "../core/api.js";
import { shopTime, throughout } from "../core/format.js";
import type { App } from "./app.js";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Today's name in the shop's own zone, which may be another day than the buyer's. */
function today(timezone: string): string {
  try {
    const name = new Intl.DateTimeFormat("en", { timeZone: timezone, weekday: "short" }).format(new Date());
    return name.slice(0, 3).toLowerCase();
  } catch {
    return DAYS[new Date().getDay()] ?? "mon";
  }
}

export function hoursText(app: App, info: ShopInfo): string {
  if (!info.hours) return app.t("hours.always");
  if (!info.open_now && info.next_open) return app.t("hours.next", { time: shopTime(info.next_open, app.locale.value, info.timezone) });
  const span = info.hours[today(info.timezone)];
  if (span && throughout(span)) return app.t("hours.always");
  return span ? app.t("hours.today", { span: span.replace(/-/g, "–") }) : app.t("hours.today.closed");
}

export function Hours({ app, info }: { app: App; info: ShopInfo }) {
  return (
    <p class="hours" data-open={info.open_now}>
      <i class="pulse" aria-hidden="true" />
      <span>{app.t(info.open_now ? "hours.open" : "hours.closed")}</span>
      <span class="num">{hoursText(app, info)}</span>
    </p>
  );
}
