import { desk } from "../app.js";
import { Head, Here, useLoaded } from "../settings/parts.js";
import { Holds, type Hold } from "./holds.js";
import { Looks } from "./looks.js";
import { Requests, type PrivacyRequest } from "./requests.js";
import { type PrivacyWord, t } from "./words.js";

interface Overview {
  requests: PrivacyRequest[];
  holds: Hold[];
  retention: Record<string, number>;
  waiting: number;
}

/** What buyers asked of their own data, what is held, how long what stays, and who looked at whose. */
export function Page() {
  const [found, again] = useLoaded(() => desk.api.request<Overview>("GET", "desk/privacy"));
  return (
    <section data-testid="privacy">
      <Head title={t("title")} sub={t("sub")} />
      <Here of={found} again={again}>{({ requests, holds, retention, waiting }) => (
        <>
          <Requests all={requests} held={holds.filter((one) => one.stands).length} again={again} />
          <Holds all={holds} again={again} />
          <Keeps days={retention} waiting={waiting} />
          <Looks stamp={requests.filter((one) => one.ended_at).length} />
        </>
      )}</Here>
    </section>
  );
}

function Keeps({ days, waiting }: { days: Record<string, number>; waiting: number }) {
  return (
    <section class="privacy-part" data-testid="privacy-keeps">
      <Head title={t("keeps")} sub={t("keeps.sub")} />
      <ul class="set-list set-card">
        {Object.entries(days).map(([name, n]) => <li key={name}><span>{t(name as PrivacyWord)}</span><span class="row-gap" /><b>{t("days", { n })}</b></li>)}
      </ul>
      {waiting > 0 && <p class="faint">{t("waiting", { n: waiting })}</p>}
    </section>
  );
}
