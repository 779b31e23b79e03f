import { useEffect, useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { desk, type Page } from "./app.js";
import { Glyph, type GlyphName } from "./glyphs.js";
import { FILTERS } from "./refund.js";

export function Rail() {
  const waiting = desk.store.counts(desk.now.peek()).waiting;
  return (
    <nav class="rail" aria-label={desk.t("nav")}>
      <span class="rail-mark" aria-hidden="true"><Icon name="headset" size={20} /></span>
      <Tab page="talks" glyph="inbox" badge={waiting} />
      <Tab page="refunds" glyph="refund" badge={useApprovals()} />
      <Tab page="suppliers" glyph="supply" />
      <Tab page="unanswered" glyph="asked" />
      <Tab page="reports" glyph="chart" />
      {desk.me.value?.role === "admin" && <Tab page="policies" glyph="note" />}
      {desk.senior && <Tab page="settings" glyph="gear" />}
      <span class="rail-gap" />
      <Tool glyph="keys" label={desk.t("shortcuts")} onClick={() => (desk.dialog.value = "shortcuts")} className="wide-only" />
      <button type="button" class="rail-tool text" title={desk.t("locale")} data-testid="locale" onClick={() => desk.setLocale(desk.locale.value === "en" ? "zh-CN" : "en")}>
        {desk.locale.value === "en" ? "中" : "EN"}<span class="sr"> {desk.t("locale")}</span>
      </button>
      <Tool glyph={desk.scheme.value === "dark" ? "sun" : "moon"} label={desk.t("theme")} testid="theme" onClick={() => desk.setScheme(desk.scheme.value === "dark" ? "light" : "dark")} />
      <Tool glyph="out" label={desk.t("logout")} testid="logout" onClick={() => void desk.logout()} />
      <Presence />
    </nav>
  );
}

/** How many refunds wait for an approval that I may give. */
function useApprovals(): number {
  const [n, setN] = useState(0);
  const [news, me] = [desk.refundNews.value, desk.me.value?.id];
  useEffect(() => {
    let here = me !== undefined;
    const mine = (one: { step: string; barred: unknown }) => one.step === "approval" && one.barred === null;
    if (me) desk.api.refunds(FILTERS.open, desk.locale.peek()).then(({ refunds }) => here && setN(refunds.filter((one) => one.open_steps.some(mine)).length), () => {});
    return () => void (here = false);
  }, [news, me]);
  return n;
}

function Tab({ page, glyph, badge = 0 }: { page: Exclude<Page, "evidence">; glyph: GlyphName; badge?: number }) {
  const here = desk.page.value === page;
  return (
    <button type="button" class="rail-tab" aria-current={here ? "page" : undefined} data-testid={`nav-${page}`} onClick={() => desk.go(page)}>
      <span class="rail-icon">
        <Glyph name={glyph} size={20} />
        {badge > 0 && <i class="rail-badge num">{badge > 99 ? "99+" : badge}</i>}
      </span>
      <span>{desk.t(`nav.${page}`)}</span>
    </button>
  );
}

function Tool({ glyph, label, testid, onClick, className = "" }: { glyph: GlyphName; label: string; testid?: string; onClick: () => void; className?: string }) {
  return (
    <button type="button" class={`rail-tool ${className}`} title={label} aria-label={label} data-testid={testid} onClick={onClick}>
      <Glyph name={glyph} size={18} />
    </button>
  );
}

/** Who I am and whether I take work; an away agent is given none. */
function Presence() {
  const me = desk.me.value;
  const { phase, away, synced } = (void desk.store, desk.client);
  const state = phase !== "open" || !synced ? "offline" : away ? "away" : "online";
  const own = desk.store.agents[me?.id ?? ""];
  const load = own?.capacity ? `${own.load ?? 0}/${own.capacity}` : "0";
  const label = desk.t("presence.set", { state: desk.t(`presence.${state}`), load });
  const initial = Array.from(me?.display_name ?? "?")[0];
  return (
    <button type="button" class="presence" title={label} data-testid="presence" data-state={state} onClick={() => desk.client.presence(!away)}>
      <span class="face" aria-hidden="true">{initial?.toUpperCase()}<i class={`dot ${state}`} /></span>
      <span class="presence-word" aria-hidden="true">{desk.t(`presence.${state}`)}</span>
      <span class="sr">{me?.display_name}. {label}</span>
    </button>
  );
}
