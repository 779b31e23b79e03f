import { useEffect, useRef } from "preact/hooks";
import { localised } from "../core/api.js";
import { Icon, type IconName } from "../ui/icons.js";
import { IconButton, Skeleton } from "../ui/kit.js";
import type { App, Tab } from "./app.js";
import { Home } from "./home.js";
import { ServiceBanner } from "./states.js";

const TABS: readonly (readonly [Tab, IconName])[] = [
  ["home", "home"],
  ["messages", "chat"],
  ["help", "help"],
];

export function Panel({ app }: { app: App }) {
  const panel = useRef<HTMLDivElement>(null);
  const floating = app.options.mode !== "inline";
  const thread = app.thread.value;
  const rooms = app.rooms.value;
  const drawn = thread && (app.begunAs.get(thread) ?? thread);
  useEffect(() => {
    // On a touch screen focus in a field would open the keyboard over what one came to read.
    const touch = matchMedia("(pointer: coarse)").matches;
    const first = touch ? null : panel.current?.querySelector<HTMLElement>("[data-first]");
    if (floating) (first ?? panel.current)?.focus({ preventScroll: true });
  }, [drawn, floating, rooms]);
  const shop = localised(app.info.value?.name, app.locale.value);
  const name = shop ? app.t("panel.name", { shop }) : app.t("panel.name.plain");
  const role = floating ? "dialog" : "region";
  return (
    <div ref={panel} class="panel" role={role} aria-label={name} tabIndex={-1} data-testid="panel" onKeyDown={(e) => keys(e, app, panel.current)}>
      {thread === null ? <Tabs app={app} /> : rooms ? <rooms.Thread key={drawn} app={app} id={thread} /> : <Opening app={app} />}
      {app.sheet.value && rooms && <rooms.SourceSheet app={app} citation={app.sheet.value} />}
    </div>
  );
}

function Tabs({ app }: { app: App }) {
  const tab = app.tab.value;
  const rooms = app.rooms.value;
  return (
    <>
      <div class="view" key={tab}>
        {tab === "home" ? <Home app={app} /> : !rooms ? <Skeleton lines={5} /> : tab === "help" ? <rooms.Help app={app} /> : <rooms.Messages app={app} />}
      </div>
      <nav class="tabs" aria-label={app.t("tabs")}>
        {TABS.map(([id, icon]) => (
          <button type="button" class="tab" aria-current={tab === id ? "page" : undefined} data-testid={`tab-${id}`} onClick={() => app.goTab(id)}>
            <Icon name={icon} size={22} />
            <span>{app.t(`tab.${id}`)}</span>
            {id === "messages" && app.unread.value > 0 && <i class="dot" />}
          </button>
        ))}
      </nav>
    </>
  );
}

/** The moment in which the rooms are still on their way. */
function Opening({ app }: { app: App }) {
  return (
    <>
      <div class="bar">
        <IconButton icon="back" label={app.t("back")} onClick={() => app.goTab("home")} testid="back" />
        {app.options.mode !== "inline" && <IconButton icon="close" label={app.t("close")} onClick={() => app.hide()} />}
      </div>
      <ServiceBanner app={app} />
      <Skeleton lines={5} />
    </>
  );
}

/** Escape closes what is on top; Tab goes round inside the dialog. */
function keys(event: KeyboardEvent, app: App, panel: HTMLElement | null): void {
  if (event.key === "Escape" && !event.isComposing) {
    event.stopPropagation();
    if (app.sheet.value) app.sheet.value = null;
    else if (app.options.mode !== "inline") app.hide();
  }
  if (event.key !== "Tab" || !panel || app.options.mode === "inline") return;
  const scope = panel.querySelector<HTMLElement>(".sheet") ?? panel;
  const all = [...scope.querySelectorAll<HTMLElement>("button,a[href],input,textarea,select,summary")];
  const stops = all.filter((el) => !el.hasAttribute("disabled") && el.tabIndex >= 0 && el.offsetParent !== null);
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const at = (panel.getRootNode() as ShadowRoot).activeElement;
  if (event.shiftKey && (at === first || at === panel)) return jump(event, last);
  if (!event.shiftKey && at === last) jump(event, first);
}

function jump(event: KeyboardEvent, to: HTMLElement | undefined): void {
  event.preventDefault();
  to?.focus();
}
