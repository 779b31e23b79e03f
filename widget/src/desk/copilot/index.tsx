import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { plain } from "../../core/markdown.js";
import { Icon } from "../../ui/icons.js";
import { Chip } from "../../ui/kit.js";
import { Markdown } from "../../ui/markdown.js";
import { DeskProblem } from "../api.js";
import { desk } from "../app.js";
import type { Detail, Suggestion } from "../model.js";
import { hear } from "./hear.js";
import { Reject } from "./reject.js";
import { Sources } from "./sources.js";
import { t } from "./words.js";

/** What of a case carries no outcome; the draft says none either. */
const THIN = new Set(["missing", "person", "none"]);

interface Run {
  what: "draft" | "rewrite";
  /** What has come so far, sentence by sentence. */
  text: string;
}

/** A reply drafted from the case, for the agent who has the conversation. Nothing of it is sent by itself. */
export function Copilot({ detail }: { detail: Detail }) {
  const { id } = detail.conversation;
  const { suggestion } = detail;
  const box = useRef<HTMLDivElement>(null);
  const { run, said, go, stop, say } = useRun(id, box);
  if (!desk.holds(detail.conversation)) return <p class="faint">{t("hint.claim")}</p>;
  const path = `desk/conversations/${encodeURIComponent(id)}/suggestion`;
  const draft = () => void go("draft", path, undefined, "copilot-draft");
  const rewrite = (way: string) => void go("rewrite", `${path}/rewriting?lang=${desk.locale.peek()}`, { suggestion: suggestion?.id, way, lang: other(suggestion?.lang) }, `rewrite-${way}`);
  const undo = () => {
    const failed = () => say({ text: t("undo.failed"), bad: true });
    desk.api.undoRewriting(id, suggestion?.id ?? "").then((made) => (desk.client.store.suggest(id, made), say({ text: t("undone") }), toText(box)), failed);
  };
  return (
    <div ref={box} class="copilot" data-testid="copilot" aria-busy={run !== null}>
      {run ? <Live run={run} stop={stop} /> : suggestion ? <Card key={suggestion.id} id={id} suggestion={suggestion} undo={undo} /> : <p class="faint">{t("hint")}</p>}
      {!run && suggestion?.id && detail.ways.length > 0 && (
        <div class="copilot-ways" role="group" aria-label={t("rewrite")}>
          {detail.ways.map((way) => (
            <button type="button" class="chip-btn" key={way} data-testid={`rewrite-${way}`} onClick={() => rewrite(way)}>{way === "translate" ? t(`way.translate.${other(suggestion.lang)}`) : t(`way.${way}`)}</button>
          ))}
        </div>
      )}
      <p class={said.bad && !run ? "copilot-told bad" : "copilot-told"} role="status" data-testid="copilot-told">{run ? t(run.what === "draft" ? "drafting" : "rewriting") : said.text}</p>
      {!run && (
        <button type="button" class={suggestion ? "link quiet" : "btn soft"} data-testid="copilot-draft" onClick={draft}>
          {!suggestion && <Icon name="spark" size={16} />}
          <span>{t(suggestion ? "again" : "draft")}</span>
        </button>
      )}
    </div>
  );
}

/** One text at a time comes about; another conversation, or Escape, stops it, and nothing of it is kept then. */
function useRun(id: string, box: { current: HTMLElement | null }) {
  const [run, setRun] = useState<Run | null>(null);
  const [said, say] = useState<{ text: string; bad?: boolean }>({ text: "" });
  const going = useRef<AbortController | null>(null);
  const stop = () => going.current?.abort();
  useEffect(() => stop, [id]);
  const go = async (what: Run["what"], path: string, body: Record<string, unknown> | undefined, pressed: string) => {
    const control = (going.current = new AbortController());
    let text = "";
    setRun({ what, text });
    const made = await hear<Suggestion>(path, body, (piece) => setRun({ what, text: (text += piece) }), control.signal).catch((error: unknown) => {
      const refused = error instanceof DeskProblem && error.status === 422 && error.detail;
      say(control.signal.aborted ? { text: t("stopped") } : { text: refused || t("failed"), bad: true });
    });
    // A text that comes at once comes before the hand has gone to the button that stops it: it is nowhere then.
    const held = document.activeElement === document.body || box.current?.contains(document.activeElement);
    if (made) say({ text: t(`done.${what}`) });
    if (made && !control.signal.aborted) desk.client.store.suggest(id, made);
    setRun(null);
    if (held) toText(box, made ? "copilot-text" : pressed);
  };
  return { run, said, go, stop, say };
}

/** What was pressed has gone: the hand goes to what has come of it, once that is drawn. */
function toText(box: { current: HTMLElement | null }, testid = "copilot-text", frames = 60): void {
  requestAnimationFrame(() => {
    const text = box.current?.querySelector<HTMLElement>(`[data-testid=${testid}]`);
    if (text) text.focus();
    else if (frames > 0) toText(box, testid, frames - 1);
  });
}

/** The text as it comes. No live region: that it is ready is said once. */
function Live({ run, stop }: { run: Run; stop: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const words = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => button.current?.focus({ preventScroll: true }), []); // at once: a text may come before the next frame
  useEffect(() => words.current?.scrollTo({ top: words.current.scrollHeight }), [run.text]);
  const key = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    stop();
  };
  return (
    <section class="copilot-card" aria-label={desk.t("suggest")} data-testid="copilot-live" onKeyDown={key}>
      <div ref={words} class="copilot-text" dir="auto">
        {run.text ? <Markdown text={run.text} cite={(n) => <i class="cite">{n}</i>} /> : <span class="dots" aria-hidden="true"><i /><i /><i /></span>}
      </div>
      <footer class="copilot-foot">
        <button ref={button} type="button" class="btn line" data-testid="copilot-stop" onClick={stop}>{t("stop")} <kbd class="wide-only">Esc</kbd></button>
      </footer>
    </section>
  );
}

function other(lang: string | undefined): "en" | "zh-CN" {
  return lang === "en" ? "zh-CN" : "en";
}

function Card({ id, suggestion, undo }: { id: string; suggestion: Suggestion; undo: () => void }) {
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
      {suggestion.way && <p class="faint copilot-by"><Icon name="spark" size={13} /> {t("model")}{suggestion.of && <button type="button" class="link quiet" data-testid="rewrite-undo" onClick={undo}>{t("undo")}</button>}</p>}
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
