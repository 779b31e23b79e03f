import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../core/frames.js";
import { Icon } from "../ui/icons.js";
import type { App } from "./app.js";

const LINES = 5;
const TYPING_MS = 3000;

export function Composer({ app, id, conversation }: { app: App; id: string; conversation: Conversation | null }) {
  const [text, setText] = useState(() => app.client.drafts[id] ?? "");
  const field = useRef<HTMLTextAreaElement>(null);
  const typed = useRef(0);
  usePrefill(app, setText, field);
  useGrow(field, text);
  const beside = app.files.value?.beside(app, id);
  const over = Array.from(text).length - app.client.limits.text;
  const can = (beside?.ready || text.trim() !== "") && over <= 0 && !beside?.busy;
  const write = (next: string) => {
    setText(next);
    app.client.keepDraft(id, next);
    if (!conversation || Date.now() - typed.current < TYPING_MS) return;
    typed.current = Date.now();
    app.client.typing(id, next !== "");
  };
  const send = () => {
    if (!can) return;
    app.send(id, text.trim(), beside?.take());
    write("");
    field.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    // Enter chooses a candidate while Chinese is composed; it is not ours then (229 is Safari's way to say so).
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  const hint = conversation?.state === "human" ? "composer.hint.human" : conversation?.state === "resolved" ? "composer.hint.again" : "composer.hint";
  return (
    <div class="composer">
      <Context app={app} />
      {beside?.tray}
      <div class="composer-box">
        {beside?.button}
        <textarea
          ref={field}
          data-first
          rows={1}
          dir="auto"
          value={text}
          placeholder={app.t(hint)}
          aria-label={app.t("composer.label")}
          data-testid="composer"
          onInput={(e) => write(e.currentTarget.value)}
          onKeyDown={keys}
        />
        <button type="button" class="send" aria-label={app.t("composer.send")} data-testid="send" disabled={!can} onClick={send}>
          <Icon name="send" size={20} />
        </button>
      </div>
      {over > 0 && <p class="meta bad" role="alert">{app.t("composer.long", { n: over })}</p>}
    </div>
  );
}

/** The order that this page, or a tap on it, made the subject. */
function Context({ app }: { app: App }) {
  const order = app.order.value;
  if (!order) return null;
  return (
    <p class="context" data-testid="context">
      <Icon name="box" size={16} />
      <span dir="auto">{app.t("composer.order", { order })}</span>
      <button type="button" class="iconbtn small" aria-label={app.t("composer.order.drop")} onClick={() => (app.order.value = null)}>
        <Icon name="close" size={14} />
      </button>
    </p>
  );
}

function usePrefill(app: App, setText: (text: string) => void, field: { current: HTMLTextAreaElement | null }): void {
  const prefill = app.prefill.value;
  useEffect(() => {
    if (!prefill) return;
    app.prefill.value = null;
    setText(prefill.text);
    field.current?.focus();
  }, [prefill]);
}

function useGrow(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const el = field.current;
    if (!el) return;
    const line = parseFloat(getComputedStyle(el).lineHeight) || 22;
    el.style.height = "auto";
    el.style.height = `${Math.min(el.scrollHeight, line * LINES + 22)}px`;
  }, [text]);
}
