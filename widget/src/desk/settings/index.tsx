import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { Empty } from "../../ui/kit.js";
import { desk } from "../app.js";
import { Connection } from "../connection.js";
import { AuditPage } from "./audit.js";
import { FilesPage } from "./files.js";
import { DeadlinesForm } from "./deadlines_form.js";
import { HoursForm } from "./hours_form.js";
import { InstallPage } from "./install.js";
import { KeysPage } from "./keys.js";
import { LatePage } from "../late.js";
import { PoliciesSection } from "./policies.js";
import { fromHash, goTo, place } from "./place.js";
import { RoutingForm } from "./routing_form.js";
import { ShopForm } from "./shop_form.js";
import { TeamPage } from "./team.js";
import { WebhooksPage } from "./webhooks.js";
import { type SettingsWord, t } from "./words.js";

interface Section {
  id: string;
  /** The least role that has any use of it. */
  least: "senior" | "admin";
  page: ComponentType;
}

const SECTIONS: Section[] = [
  { id: "install", least: "admin", page: InstallPage },
  { id: "articles", least: "senior", page: () => <FilesPage kind="articles" /> },
  { id: "policies", least: "admin", page: PoliciesSection },
  { id: "team", least: "admin", page: TeamPage },
  { id: "macros", least: "senior", page: () => <FilesPage kind="macros" /> },
  { id: "hours", least: "admin", page: () => <ShopForm name="hours" Form={HoursForm} /> },
  { id: "deadlines", least: "admin", page: () => <ShopForm name="deadlines" Form={DeadlinesForm} /> },
  { id: "routing", least: "admin", page: () => <ShopForm name="routing" Form={RoutingForm} /> },
  { id: "webhooks", least: "admin", page: WebhooksPage },
  { id: "keys", least: "admin", page: KeysPage },
  { id: "audit", least: "admin", page: AuditPage },
  { id: "privacy", least: "admin", page: () => <LatePage name="privacy" /> },
  { id: "settings", least: "admin", page: () => <FilesPage kind="settings" /> },
];

/** The settings, one section at a time; `#/settings/install` and so on lead to each. */
export function Page() {
  useEffect(() => {
    fromHash();
    addEventListener("hashchange", fromHash);
    return () => removeEventListener("hashchange", fromHash);
  }, []);
  const mine = SECTIONS.filter(({ least }) => desk.me.value?.role === "admin" || (least === "senior" && desk.senior));
  const here = mine.find(({ id }) => id === place.value[0]) ?? mine[0];
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports settings" data-testid="settings" tabIndex={-1}>
        <header class="reports-head">
          <div><h1>{t("settings")}</h1><p class="faint">{t("settings.sub")}</p></div>
        </header>
        {!here && <Empty icon="lock" title={t("settings.admin")} />}
        {here && (
          <div class="set-body">
            <nav class="set-nav" aria-label={t("settings")}>
              {mine.map(({ id }) => (
                <button type="button" key={id} aria-current={id === here.id ? "page" : undefined} data-testid={`settings-${id}`} ref={id === here.id ? (el) => el?.scrollIntoView({ block: "nearest", inline: "center" }) : undefined} onClick={() => goTo(id)}>{t(`nav.${id}` as SettingsWord)}</button>
              ))}
            </nav>
            <div class="set-page" key={here.id}><here.page /></div>
          </div>
        )}
      </main>
    </div>
  );
}
