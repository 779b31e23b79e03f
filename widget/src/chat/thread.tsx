import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { localised } from "../core/api.js";
import type { Conversation, Message } from "../core/frames.js";
import { Avatar, IconButton, Skeleton } from "../ui/kit.js";
import { Icon } from "../ui/icons.js";
import type { App } from "./app.js";
import { Composer } from "./composer.js";
import { HandoffStrip, personOf, PersonButton } from "./handoff.js";
import { StarterTiles } from "./home.js";
import { MessageRow, Pending } from "./message.js";
import { ServiceBanner } from "./states.js";
import { Working } from "./working.js";

/** Rows drawn at once; older ones are a tap away. A phone must not lay out a year of chat. */
const ROWS = 80;
const NEAR_END_PX = 80;

export function Thread({ app, id }: { app: App; id: string }) {
  const conversation = app.conversation(id);
  const scroller = useRef<HTMLDivElement>(null);
  const pending = app.client.outbox.of(id);
  const mine = pending.length + (conversation?.messages.filter((m) => m.author.kind === "buyer").length ?? 0);
  const away = useStickToEnd(scroller, [app.tick.value], [app.cards.value, app.files.value], mine);
  useMarkRead(app, conversation);
  useEffect(() => app.furnish(), []);
  return (
    <>
      <Head app={app} id={id} conversation={conversation} />
      <ServiceBanner app={app} />
      {conversation && <HandoffStrip app={app} conversation={conversation} />}
      <div class="thread-wrap">
        <div class="scroll thread" ref={scroller} onScroll={away.note}>
          <Disclosure app={app} />
          {!conversation && <Greeting app={app} />}
          {conversation && <Rows app={app} conversation={conversation} />}
          {pending.map((item) => <Pending key={item.id} app={app} item={item} />)}
          <Working app={app} id={id} />
          {!conversation && !pending.length && <StarterTiles app={app} small thread={id} />}
        </div>
        {away.value && (
          <button type="button" class="to-end" aria-label={app.t("to.end")} onClick={away.end}>
            <Icon name="down" size={20} />
          </button>
        )}
      </div>
      <Composer app={app} id={id} conversation={conversation} />
      {app.files.value?.picture(app)}
    </>
  );
}

function Head({ app, id, conversation }: { app: App; id: string; conversation: Conversation | null }) {
  const agent = personOf(app, conversation);
  const state = conversation?.state ?? "bot";
  const away = app.lost.value || app.client.expired || app.client.phase === "stopped"; // nobody answers at once then
  const status = state !== "bot" ? app.t(`status.${state}`) : away ? "" : app.t("status.instant");
  return (
    <div class="thread-head">
      <IconButton icon="back" label={app.t("back")} onClick={() => app.goTab(conversation ? "messages" : "home")} testid="back" />
      <Avatar kind={agent ? "agent" : "assistant"} name={agent} />
      <div class="thread-who">
        <h2 dir="auto" data-testid="thread-name">{agent ?? app.t("who.assistant")}</h2>
        <p data-testid="thread-status">{status}</p>
      </div>
      <PersonButton app={app} id={id} conversation={conversation} />
      {app.options.mode !== "inline" && <IconButton icon="close" label={app.t("close")} onClick={() => app.hide()} testid="close" />}
    </div>
  );
}

/** Said before the first words are typed: this is a machine, and what is kept. */
function Disclosure({ app }: { app: App }) {
  const told = localised(app.info.value?.notice, app.locale.value);
  return (
    <aside class="notice" data-testid="disclosure">
      <Icon name="spark" size={18} />
      <div>
        {!told && <b>{app.t("notice.title")}</b>}
        <p dir="auto">{told || app.t("notice.text")}</p>
      </div>
    </aside>
  );
}

/** The shop's own welcome, where nothing has been said yet. It is no message: nobody wrote it to this buyer. */
function Greeting({ app }: { app: App }) {
  const welcome = localised(app.info.value?.welcome, app.locale.value);
  if (!welcome) return null;
  return (
    <div class="msg in">
      <Avatar kind="assistant" />
      <div class="col">
        <div class="bubble" dir="auto">{welcome}</div>
      </div>
    </div>
  );
}

function Rows({ app, conversation }: { app: App; conversation: Conversation }) {
  const [extra, setExtra] = useState(0);
  const all = conversation.messages;
  const shown = all.slice(-(ROWS + extra));
  const more = shown.length < all.length || conversation.has_more;
  const earlier = () => {
    const oldest = all[0];
    setExtra(extra + 30);
    if (shown.length === all.length && oldest) app.client.history(conversation.id, oldest.seq);
  };
  const last = (own: boolean) => all.reduce((seq, m) => ((m.author.kind === "buyer") === own ? Math.max(seq, m.seq) : seq), 0);
  const { feedback, store } = app.client;
  const { tickets } = store;
  const place = store.handoffs[conversation.id];
  // A word that is streamed in changes none of these, so it draws no row again, however long the log is.
  const list = useMemo(() => {
    const known = { app, conversation, mine: last(true), theirs: last(false), tickets, place };
    return shown.map((m, i) => <Row key={m.id} {...known} message={m} before={shown[i - 1]} score={feedback[m.id]} />);
  }, [conversation, extra, feedback, tickets, place]);
  if (!all.length && !app.client.synced) return <Skeleton lines={4} />;
  return (
    <>
      {more && <button type="button" class="link earlier" onClick={earlier} data-testid="earlier">{app.t("more.earlier")}</button>}
      <ol class="rows-msg">{list}</ol>
    </>
  );
}

interface RowProps {
  app: App;
  conversation: Conversation;
  message: Message;
  before: Message | undefined;
  /** The last number that the buyer has said, and the last that anybody else has. */
  mine: number;
  theirs: number;
  score: string | undefined;
  tickets: object;
  place: object | undefined;
}

/** A row is drawn again only when its message, or what it says of itself, has changed. It reads nothing that ticks. */
function Row({ app, conversation, message, before, mine, theirs, score, tickets, place }: RowProps) {
  const lead = !before || before.author.kind !== message.author.kind || before.author.name !== message.author.name;
  const day = message.at.slice(0, 10) !== before?.at.slice(0, 10);
  const own = message.author.kind === "buyer";
  // Who has answered has read.
  const read = own && Math.max(conversation.read.agent, theirs) >= message.seq;
  const has = (...types: string[]) => message.parts.some((p) => types.includes(p.type));
  const cases = has("ticket") && tickets;
  const stands = has("handoff", "rating") && conversation;
  const last = message.seq === (own ? mine : conversation.seq);
  return useMemo(
    () => <MessageRow app={app} conversation={conversation.id} message={message} lead={lead || day} day={day && !!before} read={read} last={last} score={score} />,
    [message, lead, day, score, read, last, cases, stands, stands && place],
  );
}

function useMarkRead(app: App, conversation: Conversation | null): void {
  useEffect(() => {
    if (conversation && app.open.value && document.visibilityState === "visible") app.client.read(conversation);
  }, [conversation?.id, conversation?.seq, app.open.value, app.client.phase]);
}

interface Away {
  value: boolean;
  note(): void;
  end(): void;
}

/** Follow the end while the reader is there, or has just spoken; leave them alone while they read further up. */
function useStickToEnd(ref: { current: HTMLDivElement | null }, drawn: unknown[], dressed: unknown[], mine: number): Away {
  const stuck = useRef(true);
  /** Where we left the reader: who has not moved since sees what comes next. */
  const left = useRef(0);
  const said = useRef(mine);
  if (mine > said.current) stuck.current = true;
  said.current = mine;
  const [value, set] = useState(false);
  const end = () => {
    const el = ref.current;
    if (el) el.scrollTop = el.scrollHeight;
    stuck.current = true;
    set(false);
  };
  const follow = () => {
    const el = ref.current;
    if (!el) return;
    const last = el.querySelector<HTMLElement>(".rows-msg:last-child > li:last-child:not([data-author=buyer])");
    // An answer taller than the window is read from its beginning.
    const tall = last && last.offsetHeight > el.clientHeight - 40;
    el.scrollTop = tall ? last.offsetTop - 12 : el.scrollHeight;
    left.current = el.scrollTop;
  };
  const note = () => {
    const el = ref.current;
    if (!el) return;
    const near = el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_END_PX;
    stuck.current = near || Math.abs(el.scrollTop - left.current) < 2;
    set(!near);
  };
  useLayoutEffect(() => {
    if (stuck.current) follow();
  }, drawn);
  useLayoutEffect(() => {
    if (!stuck.current) return;
    // Cards draw themselves, and are dressed, after this; what that moves is no scrolling of the reader's.
    requestAnimationFrame(() => {
      follow();
      stuck.current = true;
    });
  }, dressed);
  useEffect(() => {
    const el = ref.current;
    if (!el || typeof ResizeObserver === "undefined") return;
    const watch = new ResizeObserver(() => stuck.current && follow());
    watch.observe(el);
    return () => watch.disconnect();
  }, []);
  return { value, note, end };
}
