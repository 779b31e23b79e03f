import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { AttachButton, Tray } from "../ui/files/tray.js";
import { Icon } from "../ui/icons.js";
import { desk, type Mode } from "./app.js";
import { ArticleMenu, useArticles } from "./articles.js";
import { deskFiles } from "./files.js";
import { toTalk } from "./focus.js";
import { Glyph } from "./glyphs.js";
import { MentionMenu, useMentions } from "./mentions.js";
import { MacroMenu, useMacros } from "./macros.js";
import type { Detail } from "./model.js";
import { owedIn } from "./owed.js";

const LIMIT = 4000;
const LINE_PX = 22;
const MOST_LINES = 8;
const TYPING_EVERY_MS = 3000;
const BLANK = /\{\{\s*([^}]+?)\s*\}\}/g;

/** Two surfaces that cannot be mistaken for each other: what the buyer reads, and what only colleagues do. */
export function Composer({ detail }: { detail: Detail }) {
  const { id } = detail.conversation;
  const mode = desk.mode.value;
  const field = useRef<HTMLTextAreaElement>(null);
  void desk.store;
  const text = desk.draft(id, mode);
  const locked = mode === "reply" ? lockOf(detail) : null;
  const set = (value: string) => desk.keepDraft(id, mode, value);
  const macros = useMacros(detail, text, field, set);
  const articles = useArticles(detail, text, set);
  const mentions = useMentions(text, mode === "note", set);
  const typing = useTyping(id, mode === "reply" && !locked);
  const blanks = mode === "reply" ? [...text.matchAll(BLANK)].map((m) => m[1] as string) : [];
  const over = Array.from(text).length - LIMIT;
  const files = mode === "reply" && !locked && desk.client.uploads.count > 0 ? deskFiles.of(id) : null;
  const can = (text.trim() !== "" || files?.ready === true) && !files?.busy && over <= 0 && !locked && blanks.length === 0;
  useGrow(field, text);
  const shut = locked !== null && text === "";
  const send = (resolution: string | null = null) => {
    if (!can) return;
    set("");
    typing.stop();
    if (mode === "note") void desk.note(id, text.trim());
    else desk.reply(id, text.trim(), resolution, files ? deskFiles.take(id) : []);
    field.current?.focus();
  };
  /** What the buyer does not have yet is looked at first, as when it is resolved by itself. */
  const sendAndResolve = async () => {
    const owed = await owedIn(id);
    if (desk.draft(id, mode) !== text) return; // somebody goes on writing
    send(owed.length ? null : desk.t("resolve.answered"));
    if (owed.length) desk.dialog.value = "resolve";
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (mentions.onKey(event) || macros.onKey(event) || articles.onKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    }
    if (event.key === "Escape") toTalk();
  };
  return (
    <footer class={`composer ${mode}`}>
      <div class="modes" role="tablist" aria-label={desk.t("compose.mode")}>
        <ModeTab mode="reply" />
        <ModeTab mode="note" />
      </div>
      {files && <Tray host={deskFiles} thread={id} area=".talk" />}
      {macros.open && <MacroMenu macros={macros} />}
      {articles.open && <ArticleMenu articles={articles} />}
      {mentions.open && <MentionMenu mentions={mentions} />}
      {shut ? (
        <Locked text={locked} detail={detail} />
      ) : (
        <textarea
          id="composer"
          ref={field}
          rows={2}
          value={text}
          dir="auto"
          data-testid={`composer-${mode}`}
          aria-label={desk.t(mode === "note" ? "compose.note" : "compose.reply")}
          placeholder={mode === "note" ? desk.t("compose.note.hint") : desk.t("compose.reply.hint", { name: detail.buyer.name })}
          onInput={(e) => (set(e.currentTarget.value), typing.go())}
          onBlur={typing.stop}
          onKeyDown={onKeyDown}
        />
      )}
      {!shut && <div class="compose-foot">
        {files && <AttachButton host={deskFiles} thread={id} />}
        <span class="compose-hint">
          {locked && text ? locked : blanks.length ? <span class="warned">{desk.t("compose.blank", { names: blanks.join(", ") })}</span> : over > 0 ? <span class="warned num">{desk.t("compose.long", { n: over })}</span> : !locked && desk.t(mode === "note" ? "compose.enter.note" : "compose.enter")}
        </span>
        {mode === "reply" && desk.holds(detail.conversation) && (
          <button type="button" class="btn line" disabled={!can} data-testid="send-resolve" onClick={() => void sendAndResolve()}>{desk.t("compose.send.resolve")}</button>
        )}
        <button type="button" class={mode === "note" ? "btn amber" : "btn primary"} disabled={!can} data-testid="send" onClick={() => send()}>
          {mode === "note" ? <Glyph name="note" size={16} /> : <Icon name="send" size={16} />}
          <span>{desk.t(mode === "note" ? "compose.save" : "compose.send")}</span>
        </button>
      </div>}
    </footer>
  );
}

function ModeTab({ mode }: { mode: Mode }) {
  return (
    <button type="button" role="tab" class={`mode ${mode}`} aria-selected={desk.mode.value === mode} data-testid={`mode-${mode}`} onClick={() => desk.write(mode)}>
      {mode === "note" ? <Glyph name="note" size={15} /> : <Icon name="chat" size={15} />}
      {desk.t(`compose.${mode}`)}
      {mode === "note" && <Icon name="lock" size={12} />}
    </button>
  );
}

/** Why the buyer cannot be answered from here now. */
function lockOf({ conversation }: Detail): string | null {
  if (desk.holds(conversation)) return null;
  const { state, assignee } = conversation;
  if (state === "human") return desk.t("compose.locked.other", { name: assignee?.name ?? "" });
  if (state === "waiting") return desk.t("compose.locked");
  return desk.t(`compose.locked.${state}`);
}

function Locked({ text, detail }: { text: string; detail: Detail }) {
  const { state } = detail.conversation;
  const act = (["claim", "takeover", "resume"] as const).find((one) => desk.may(one) && state !== "human");
  return (
    <div class="locked" data-testid="composer-locked">
      <Icon name="lock" size={16} />
      <span>{text}</span>
      {act && <button type="button" class="btn soft" onClick={() => desk.claim()}>{desk.t(`act.${act}`)}</button>}
    </div>
  );
}

function useGrow(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const el = field.current;
    if (!el) return;
    el.style.height = "auto";
    el.style.height = `${Math.min(el.scrollHeight, LINE_PX * MOST_LINES)}px`;
  }, [text]);
}

/** Tells that we type, at most every three seconds, and that we stopped. */
function useTyping(id: string, on: boolean): { go(): void; stop(): void } {
  const last = useRef(0);
  const stop = () => {
    if (!last.current) return;
    last.current = 0;
    desk.client.typing(id, false);
  };
  const go = () => {
    if (!on || Date.now() - last.current < TYPING_EVERY_MS) return;
    last.current = Date.now();
    desk.client.typing(id, true);
  };
  const [kept] = useState({ stop });
  kept.stop = stop;
  useEffect(() => () => kept.stop(), []);
  return { go, stop };
}
