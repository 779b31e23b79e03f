import { useState } from "preact/hooks";
import { plain } from "../../core/markdown.js";
import { Icon } from "../../ui/icons.js";
import { Chip } from "../../ui/kit.js";
import { Markdown } from "../../ui/markdown.js";
import { DeskProblem } from "../api.js";
import { desk } from "../app.js";
import type { Detail, Suggestion } from "../model.js";
import { Reject } from "./reject.js";
import { Sources } from "./sources.js";
import { t } from "./words.js";

/** What of a case carries no outcome; the draft says none either. */
const THIN = new Set(["missing", "person", "none"]);

/** A reply drafted from the case, for the agent who has the conversation. Nothing of it is sent by itself. */
export function Copilot({ detail }: { detail: Detail }) {
  const [busy, setBusy] = useState<"draft" | "rewrite" | null>(null);
  const [why, setWhy] = useState("");
  const { id } = detail.conversation;
  const { suggestion } = detail;
  if (!desk.holds(detail.conversation)) return <p class="faint">{t("hint.claim")}</p>;
  const run = (what: "draft" | "rewrite", work: Promise<Suggestion>) => {
    setBusy(what);
    setWhy("");
    const failed = (error: unknown) => setWhy((error instanceof DeskProblem && error.status === 422 && error.detail) || t("failed"));
    work.then((made) => desk.client.store.suggest(id, made), failed).finally(() => setBusy(null));
  };
  const draft = () => run("draft", desk.api.draftReply(id));
  const rewrite = (way: string) => run("rewrite", desk.api.rewrite(id, { suggestion: suggestion?.id, way, lang: other(suggestion?.lang) }, desk.locale.peek()));
  return (
    <div class="copilot" data-testid="copilot" aria-busy={busy !== null}>
      {suggestion ? <Card key={suggestion.id} id={id} suggestion={suggestion} /> : <p class="faint">{t("hint")}</p>}
      {suggestion?.id && detail.ways.length > 0 && (
        <div class="copilot-ways" role="group" aria-label={t("rewrite")}>
          {detail.ways.map((way) => (
            <button type="button" class="chip-btn" key={way} disabled={busy !== null} data-testid={`rewrite-${way}`} onClick={() => rewrite(way)}>{way === "translate" ? t(`way.translate.${other(suggestion.lang)}`) : t(`way.${way}`)}</button>
          ))}
        </div>
      )}
      <p class="copilot-told" role="status">{busy ? t(busy === "draft" ? "drafting" : "rewriting") : why}</p>
      <button type="button" class={suggestion ? "link quiet" : "btn soft"} disabled={busy !== null} data-testid="copilot-draft" onClick={draft}>
        {!suggestion && <Icon name="spark" size={16} />}
        <span>{t(suggestion ? "again" : "draft")}</span>
      </button>
    </div>
  );
}

function other(lang: string | undefined): "en" | "zh-CN" {
  return lang === "en" ? "zh-CN" : "en";
}

function Card({ id, suggestion }: { id: string; suggestion: Suggestion }) {
  const [asking, setAsking] = useState(false);
  const [lit, setLit] = useState<number | null>(null);
  const { basis } = suggestion;
  return (
    <section class="copilot-card" aria-label={desk.t("suggest")}>
      {basis && (
        <div class="copilot-basis" data-testid="copilot-basis" data-basis={basis}>
          <Chip tone={THIN.has(basis) ? "warn" : "good"} icon={THIN.has(basis) ? "alert" : "ok"}>{t(`basis.${basis}`)}</Chip>
          {(basis === "missing" || basis === "person" || basis === "none") && <small>{t(`why.${basis}`)}</small>}
        </div>
      )}
      <div class="copilot-text" dir="auto" data-testid="copilot-text" tabIndex={0}>
        <Markdown text={suggestion.text} cite={(n) => <button type="button" class="cite" aria-label={`${t("sources")} ${n}`} onClick={() => setLit(n)}>{n}</button>} />
      </div>
      {suggestion.way && <p class="faint copilot-by"><Icon name="spark" size={13} /> {t("model")}</p>}
      {suggestion.allowed && (
        <p class="copilot-allowed" data-testid="copilot-allowed">
          <span><small>{t("allowed")}</small> {suggestion.allowed}</span>
          <button type="button" class="btn line" onClick={() => (desk.dialog.value = "refund")}>{t(suggestion.beyond ? "beyond" : "ask")}</button>
        </p>
      )}
      <Sources citations={suggestion.citations} lit={lit} />
      {asking ? (
        <Reject done={(reason, note) => void putAside(id, suggestion, reason, note)} cancel={() => setAsking(false)} />
      ) : (
        <footer class="copilot-foot">
          <button type="button" class="btn line" data-testid="suggestion-reject" onClick={() => setAsking(true)}>{t("reject")}</button>
          <button type="button" class="btn primary" data-testid="copilot-insert" onClick={() => insert(id, suggestion)}>{t("insert")}</button>
        </footer>
      )}
    </section>
  );
}

/** Into the draft, where the agent reads it over; marks of sources are for the agent, and a person's words carry none. */
export function insert(id: string, suggestion: Suggestion): void {
  const before = desk.draft(id, "reply");
  const text = plain(suggestion.text) === "" ? suggestion.text : suggestion.text.replace(/\s?\[\d{1,2}\]/g, "").trim();
  desk.keepDraft(id, "reply", before ? `${before}\n${text}` : text);
  desk.client.store.dropSuggestion(id);
  desk.context.value = false;
  desk.write("reply");
  if (suggestion.id) void desk.api.judgeSuggestion(id, { suggestion: suggestion.id, taken: true }).catch(() => {});
}

async function putAside(id: string, suggestion: Suggestion, reason: string, note: string): Promise<void> {
  desk.client.store.dropSuggestion(id);
  if (!suggestion.id) return;
  await desk.api.judgeSuggestion(id, { suggestion: suggestion.id, taken: false, reason, note }).then(() => desk.toast(t("kept"), "good"), () => {});
}
