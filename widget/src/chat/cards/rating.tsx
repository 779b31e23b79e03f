import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { RequestError } from "../../core/answers.js";
import type { RatingPart } from "../../core/frames.js";
import { Button, Chip } from "../../ui/kit.js";
import { Icon } from "../../ui/icons.js";
import type { App } from "../app.js";
import type { CardProps } from "./index.js";
import { keptFocus, useAct } from "./use_act.js";

const SCORES = [1, 2, 3, 4, 5] as const;
const PRAISE = ["fast", "clear", "kind", "fair"] as const;
const BLAME = ["slow", "unclear", "unkind", "unfair"] as const;
const KNOWN = new Set<string>([...PRAISE, ...BLAME]);
const LONGEST = 500;

/** The end of a conversation: first whether it is solved, then how it was. Each is said once. */
export function RatingCard(props: CardProps<RatingPart>) {
  const { app, conversation, message, part } = props;
  if (part.score !== null) return <Rated app={app} part={part} />;
  if (part.solved === false) return <Line app={app} icon="undo" text={app.t("resolved.reopened")} />;
  const now = app.client.store.conversations[conversation];
  const newest = now?.messages.filter((m) => m.parts.some((p) => p.type === "rating")).pop();
  if (newest && newest.id !== message.id) return <Line app={app} icon="ok" text={app.t("resolved.past")} />;
  if (part.solved === true) return <Ask {...props} />;
  if (now && now.state !== "resolved") return <Line app={app} icon="undo" text={app.t("resolved.open")} />;
  return <Solved {...props} />;
}

function Line({ text, icon }: { app: App; icon: "ok" | "undo"; text: string }) {
  return (
    <p class="past" data-testid="rating-past">
      <Icon name={icon} size={16} />
      <span>{text}</span>
    </p>
  );
}

function Solved({ app, conversation, message }: CardProps<RatingPart>) {
  const act = useAct(app, conversation, message.id);
  const say = (value: "yes" | "no") => void act.run("solved", value, value);
  return (
    <section class="resolved" data-testid="resolved">
      <span class="resolved-mark" aria-hidden="true"><Icon name="ok" size={22} /></span>
      <b dir="auto">{message.text || app.t("resolved.ask")}</b>
      <div class="pair">
        <Button kind="primary" onClick={() => say("yes")} disabled={act.busy !== null} testid="resolved-yes">{app.t("resolved.yes")}</Button>
        <Button onClick={() => say("no")} disabled={act.busy !== null} testid="resolved-no">{app.t("resolved.no")}</Button>
      </div>
      <p class="faint">{app.t("resolved.hint")}</p>
      {act.error && <p class="meta bad" role="alert">{act.error}</p>}
    </section>
  );
}

/** The person who was here, for a judgement is of somebody. */
function servedBy(app: App, conversation: string, seq: number): string | null {
  const said = app.client.store.conversations[conversation]?.messages.filter((m) => m.author.kind === "agent" && m.seq < seq);
  return said?.pop()?.author.name ?? null;
}

function Ask({ app, conversation, message }: CardProps<RatingPart>) {
  const [score, setScore] = useState(0);
  const [tags, setTags] = useState<string[]>([]);
  const [comment, setComment] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const going = useRef(false);
  const card = useRef<HTMLElement>(null);
  const begun = score > 0;
  useLayoutEffect(() => {
    // The card grows downwards, out of the window: what was asked for must not hide.
    const scroll = card.current?.closest(".scroll");
    if (begun && scroll) scroll.scrollTop = scroll.scrollHeight;
  }, [begun]);
  const name = servedBy(app, conversation, message.seq);
  const pick = (n: number) => {
    if (n > 3 !== score > 3) setTags([]);
    setScore(n);
  };
  const send = async () => {
    if (going.current) return; // a second tap may come before the button was drawn disabled
    going.current = true;
    const keep = keptFocus();
    setBusy(true);
    setError(null);
    try {
      await app.client.rate(conversation, message.id, { score, tags, comment: comment.trim() });
    } catch (reason) {
      setError(app.tk(reason instanceof RequestError ? reason.messageKey : null, "error.other"));
      setBusy(false);
      going.current = false;
    }
    keep();
  };
  const flip = (tag: string) => setTags(tags.includes(tag) ? tags.filter((t) => t !== tag) : [...tags, tag]);
  return (
    <section ref={card} class="resolved" data-testid="rate">
      <b>{name ? app.t("rate.person", { name }) : app.t("rate.ask")}</b>
      <Stars app={app} score={score} pick={pick} disabled={busy} />
      {begun && (
        <>
          <div class="rate-tags" role="group" aria-label={app.t("rate.tags")}>
            {(score > 3 ? PRAISE : BLAME).map((tag) => (
              <button type="button" class="pill" key={tag} aria-pressed={tags.includes(tag)} data-testid={`rate-tag-${tag}`} disabled={busy} onClick={() => flip(tag)}>
                {app.t(`rate.${tag}`)}
              </button>
            ))}
          </div>
          <textarea
            class="rate-words"
            rows={2}
            dir="auto"
            maxLength={LONGEST}
            value={comment}
            placeholder={app.t("rate.words")}
            aria-label={app.t("rate.words")}
            data-testid="rate-comment"
            disabled={busy}
            onInput={(e) => setComment(e.currentTarget.value)}
          />
          <Button kind="primary" wide onClick={() => void send()} disabled={busy} testid="rate-send">{app.t("rate.send")}</Button>
        </>
      )}
      {error && <p class="meta bad" role="alert">{error}</p>}
    </section>
  );
}

function Stars({ app, score, pick, disabled }: { app: App; score: number; pick(n: number): void; disabled: boolean }) {
  const keys = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = Math.min(5, Math.max(1, (score || (step > 0 ? 0 : 2)) + step));
    pick(next);
    const row = event.currentTarget as HTMLElement;
    row.querySelectorAll<HTMLElement>("button")[next - 1]?.focus();
  };
  return (
    <div class="stars" role="radiogroup" aria-label={app.t("rate.ask")} onKeyDown={keys}>
      {SCORES.map((n) => (
        <button
          type="button"
          role="radio"
          key={n}
          class={n <= score ? "star on" : "star"}
          aria-checked={n === score}
          aria-label={app.t("rate.star", { n })}
          tabIndex={n === (score || 1) ? 0 : -1}
          data-next={n === 1 ? true : undefined}
          data-testid={`rate-${n}`}
          disabled={disabled}
          onClick={() => pick(n)}
        >
          <Icon name="star" size={28} />
        </button>
      ))}
    </div>
  );
}

function Rated({ app, part }: { app: App; part: RatingPart }) {
  const score = part.score ?? 0;
  return (
    <section class="resolved rated" data-testid="rated">
      <div class="stars" role="img" aria-label={app.t("rate.star", { n: score })}>
        {SCORES.map((n) => <span key={n} class={n <= score ? "star on" : "star"}><Icon name="star" size={20} /></span>)}
      </div>
      <b>{app.t("resolved.thanks")}</b>
      {part.tags.length > 0 && (
        <p class="rate-tags">{part.tags.map((tag) => <Chip key={tag}>{KNOWN.has(tag) ? app.t(`rate.${tag}` as "rate.fast") : tag}</Chip>)}</p>
      )}
      {part.comment && <blockquote dir="auto">{part.comment}</blockquote>}
    </section>
  );
}
