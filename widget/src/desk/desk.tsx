/**
 * The desk, where agents work. `#/c/ID` opens a conversation, `#/refunds` the refunds, `#/reports` the reports,
 * `#/unanswered` what had no answer, `#/suppliers` what was asked of them, `#/evidence/T-1` a ticket's evidence,
 * `#/policies` what was published, `#/settings` the settings; `?lang=en` its language. Its session is kept in
 * localStorage as `anxin:desk:session`, the answer to POST /api/v1/agent/session.
 *
 * What a test finds by data-testid, among others:
 *   desk connection (data-phase) locale theme logout presence (data-state) nav-talks nav-reports
 *   login login-name login-password login-submit login-error
 *   view-waiting view-mine view-team view-all view-snoozed view-overdue (data-count) queue-search queue-fresh
 *   search-failed search-again search-behind rows (data-n) queue-row (data-conversation, data-level) deadline-chip (data-level)
 *   unread row-pick bulk-bar (data-n) bulk-all bulk-assign bulk-tag bulk-priority bulk-snooze bulk-resolve bulk-macro
 *   dialog-bulk bulk-value bulk-value-KEY bulk-told (data-done, data-refused) bulk-refused
 *   conversation (data-conversation, data-state) brief brief-claim brief-fold message (data-author, data-id, data-seq)
 *   note steps live typing viewing taken claim takeover resolve transfer giveback snooze reopen
 *   mode-reply mode-note composer-reply composer-note send send-resolve undo undo-now pending macro-menu macro
 *   attach attach-input tray upload (data-state) attached picture picture-sheet file
 *   suggestion suggestion-insert suggestion-reject
 *   context context-toggle back verify-proof proof-result (data-holds) break-proof restore-proof card-…
 *   dialog-resolve resolve-… dialog-transfer transfer-… dialog-snooze snooze-… dialog-submit
 *   related (data-number) merge (data-kind) merge-undo ticket-merge ticket-split ticket-supplier ticket-go-on
 *   dialog-merge merge-number merge-into-NUMBER merge-why dialog-split split-ORDER split-link split-link-go split-why
 *   dialog-supplier supplier-question supplier-product supplier-why supplier-link supplier-copy
 *   supplier-request (data-state) toast-action
 *   answer answer-accept answer-other answer-refund answer-reissue answer-coupon answer-nothing answer-amount answer-reason
 *   answer-go answer-why answered (data-said)
 *   range-own report-since report-until report-by report-csv report-groups report-group (data-group) group-KEY
 *   report-unanswered report-write
 *   evidence evidence-chain (data-holds) evidence-item (data-kind, data-n) evidence-kind evidence-all evidence-read-shop
 *   evidence-read-buyer evidence-shop evidence-buyer evidence-back finding finding-text finding-save ticket-evidence
 *   suppliers supply-days-7 supply-days-30 supply-days-90 supply-alert supply-rate (data-party, data-over) supply-open
 *   shortcuts shortcuts-on palette palette-input palette-item toast
 *   reports report-KEY report-bucket report-rows report-row range-1 range-7 range-30
 *   refunds refunds-open refunds-due refunds-doubt refunds-all refund (data-number, data-state) refund-STEP refund-text
 *   refund-go refund-outcome-… refund-why refund-trail refund-steps refund-open refund-ask dialog-refund refund-kind-…
 *   refund-amount refund-reason refund-item nav-refunds ctx-refund
 *   policies publication (data-n) publication-diff publication-words nav-policies
 *   unanswered asked-group (data-id) asked-words asked-write asked-dismiss asked-undo asked-days-7 asked-days-30
 *   asked-days-180 draft draft-text draft-copy draft-save nav-unanswered
 */
import { effect } from "@preact/signals";
import { render } from "preact";
import { OpenPicture } from "../ui/files/picture.js";
import { pickLocale } from "../core/i18n.js";
import { desk } from "./app.js";
import { Dialogs } from "./dialogs.js";
import { deskFiles } from "./files.js";
import { keepTheHand } from "./focus.js";
import { listenToKeys } from "./keys.js";
import { LatePage } from "./late.js";
import { LoginPage } from "./login.js";
import { PoliciesPage } from "./policies.js";
import { Rail } from "./rail.js";
import { RefundsPage } from "./refunds.js";
import { Talks } from "./talks.js";
import { Toasts } from "./toasts.js";
import { UnansweredPage } from "./unanswered.js";

function Here() {
  const page = desk.page.value;
  if (page === "refunds") return <RefundsPage />;
  if (page === "unanswered") return <UnansweredPage />;
  if (page === "settings" || page === "reports" || page === "evidence" || page === "suppliers") return <LatePage key={page} name={page} />;
  return page === "policies" ? <PoliciesPage /> : <Talks />;
}

function Root() {
  const me = desk.me.value;
  return (
    <div class="root desk" data-scheme={desk.scheme.value} data-testid="desk" lang={desk.locale.value}>
      {me && (
        <div class="shell" inert={desk.expired.value}>
          <Rail />
          <Here />
        </div>
      )}
      {(!me || desk.expired.value) && <LoginPage />}
      {me && <Dialogs />}
      <OpenPicture host={deskFiles} />
      <Toasts />
    </div>
  );
}

function route(): void {
  const [, page, id] = location.hash.split("/");
  if (page === "refunds" || page === "reports" || page === "unanswered" || page === "policies" || page === "settings" || page === "suppliers") desk.go(page);
  else if (page === "evidence" && id) desk.go(page, decodeURIComponent(id));
  else if (page === "c" && id) desk.open(decodeURIComponent(id));
}

/** Another tab, or the page that frames us, chose a language or a scheme. */
function redress({ key, newValue }: StorageEvent): void {
  if (key === "anxin:desk:locale" && newValue) desk.setLocale(pickLocale(newValue));
  if (key === "anxin:desk:scheme" && newValue) desk.setScheme(newValue === "dark" ? "dark" : "light");
}

function start(): void {
  document.documentElement.lang = desk.locale.peek();
  const kept = desk.prefs.session;
  if (kept) desk.begin(kept);
  route();
  addEventListener("hashchange", route);
  addEventListener("online", () => desk.client.kick());
  addEventListener("offline", () => desk.client.offline());
  addEventListener("pagehide", () => desk.delayed.flush());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    desk.client.kick();
    desk.markRead();
  });
  addEventListener("storage", redress);
  listenToKeys();
  keepTheHand();
  setInterval(() => (desk.now.value = Date.now()), 1000);
  effect(() => {
    const n = desk.me.value ? desk.store.counts().waiting : 0;
    document.title = `${n ? `(${n}) ` : ""}${desk.t("desk")}`;
  });
  render(<Root />, document.getElementById("desk") as HTMLElement);
}

start();
