import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { dayName } from "../core/format.js";
import type { Message } from "../core/frames.js";
import { Icon } from "../ui/icons.js";
import { Markdown } from "../ui/markdown.js";
import { desk } from "./app.js";
import { MessageRow } from "./message.js";
import type { Detail, Note } from "./model.js";
import { Glyph } from "./glyphs.js";
import { PendingRows } from "./pending.js";
import { StepsFold } from "./steps.js";
import { wordOr } from "./words.js";

const NEAR = 90;

export function Timeline({ detail }: { detail: Detail }) {
  const { conversation, notes } = detail;
  const { id, messages } = conversation;
  const box = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const length = messages.length + notes.length + desk.delayed.of(id).length + desk.client.commands.pending(id).length + (desk.store.live[id]?.text.length ?? 0);
  useStick(box, length, away);
  useLight(box);
  const end = () => box.current?.scrollTo({ top: box.current.scrollHeight, behavior: "smooth" });
  return (
    <div class="timeline-wrap">
      <div class="timeline" ref={box} tabIndex={0} role="log" aria-live="off" aria-label={detail.buyer.name} onScroll={(e) => setAway(e.currentTarget.scrollHeight - e.currentTarget.scrollTop - e.currentTarget.clientHeight > NEAR)}>
        {conversation.has_more && <button type="button" class="link earlier" onClick={() => desk.client.history(id, messages[0]?.seq ?? 0)}>{desk.t("talk.earlier")}</button>}
        <ol class="lines">
          <Notes notes={notes.filter((note) => note.after_seq < (messages[0]?.seq ?? 1))} />
          {messages.map((message, i) => <Entry key={message.id} detail={detail} message={message} before={messages[i - 1]} />)}
          <PendingRows conversation={id} />
          <Passing id={id} />
        </ol>
      </div>
      {away && <button type="button" class="to-end" aria-label={desk.t("talk.end")} title={desk.t("talk.end")} onClick={end}><Icon name="down" size={18} /></button>}
    </div>
  );
}

function Entry({ detail, message, before }: { detail: Detail; message: Message; before: Message | undefined }) {
  const day = !before || new Date(before.at).toDateString() !== new Date(message.at).toDateString();
  const lead = day || before?.author.kind !== message.author.kind || before.author.name !== message.author.name;
  const steps = detail.steps.filter((step) => step.message === message.id);
  return (
    <>
      {day && <li class="day"><span>{dayName(new Date(message.at), desk.locale.value)}</span></li>}
      <MessageRow message={message} buyer={detail.buyer.name} lead={lead} read={message.seq <= (detail.conversation.read?.buyer ?? 0)} />
      {steps.map((step, i) => <StepsFold key={i} trace={step.trace} />)}
      <Notes notes={detail.notes.filter((note) => note.after_seq === message.seq)} />
    </>
  );
}

/** On their own surface, in the place where they were written. */
function Notes({ notes }: { notes: Note[] }) {
  return (
    <>
      {notes.map((note) => (
        <li key={note.id} class="memo" data-testid="note" data-id={note.id}>
          <p class="memo-head">
            <Glyph name="note" size={15} />
            <b dir="auto">{note.author.id === desk.me.value?.id ? desk.t("who.you") : note.author.name}</b>
            <span>{desk.t("note")} · {desk.t("note.hidden")}</span>
            <time>{desk.time(note.at)}</time>
          </p>
          <div dir="auto"><Markdown text={note.text} /></div>
        </li>
      ))}
    </>
  );
}

/** What happens now and leaves no trace: the assistant at work, somebody typing. */
function Passing({ id }: { id: string }) {
  const { live, steps, typing } = desk.store;
  const by = typing[id];
  const step = steps[id];
  return (
    <>
      {live[id] && <li class="say out assistant live" data-testid="live"><div class="bubble" dir="auto"><Markdown text={live[id].text} /></div></li>}
      {step && !live[id] && <li class="passing" data-testid="step"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{wordOr(desk.locale.value, step, "step.other")}</li>}
      {by && <li class="passing" data-testid="typing"><span class="dots" aria-hidden="true"><i /><i /><i /></span>{by.kind === "agent" ? desk.t("talk.typing.agent", { name: by.name }) : desk.t("talk.typing.buyer")}</li>}
    </>
  );
}

/** Stay at the end while the reader is there; leave the reader in peace elsewhere. */
function useStick(box: { current: HTMLDivElement | null }, length: number, away: boolean): void {
  useLayoutEffect(() => {
    if (!away && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [length]);
  useEffect(() => {
    const el = box.current;
    if (!el || typeof ResizeObserver === "undefined") return;
    let near = true;
    const note = () => (near = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR);
    const keep = new ResizeObserver(() => near && (el.scrollTop = el.scrollHeight));
    el.addEventListener("scroll", note, { passive: true });
    keep.observe(el);
    return () => (keep.disconnect(), el.removeEventListener("scroll", note));
  }, []);
}

/** A claim of the brief was followed: its message comes into the middle and is marked for a moment. */
function useLight(box: { current: HTMLDivElement | null }): void {
  const lit = desk.lit.value;
  useEffect(() => {
    if (!lit) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(lit.id)}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    row.classList.add("lit");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    const off = setTimeout(() => row.classList.remove("lit"), 2600);
    return () => (clearTimeout(off), row.classList.remove("lit"));
  }, [lit]);
}
