import { useState } from "preact/hooks";
import type { Citation, Message, Part } from "../core/frames.js";
import { fileNames } from "../core/file_names.js";
import { clockTime, dayName } from "../core/format.js";
import type { Outgoing } from "../core/outbox.js";
import { Avatar, IconButton } from "../ui/kit.js";
import { Icon } from "../ui/icons.js";
import { Markdown } from "../ui/markdown.js";
import type { App } from "./app.js";

interface Props {
  app: App;
  conversation: string;
  message: Message;
  /** First of a run by one author. */
  lead: boolean;
  /** A new day begins above it. */
  day: boolean;
  read: boolean;
  last: boolean;
  /** What the buyer thought of it. */
  score: string | undefined;
}

export function MessageRow(props: Props) {
  const { app, message, day } = props;
  const { kind } = message.author;
  return (
    <li data-testid="message" data-author={kind} data-seq={message.seq} data-id={message.id}>
      {day && <div class="day"><span>{dayName(new Date(message.at), app.locale.value)}</span></div>}
      {kind === "system" ? <SystemLine {...props} /> : kind === "buyer" ? <Mine {...props} /> : <Theirs {...props} />}
    </li>
  );
}

function SystemLine({ app, conversation, message }: Props) {
  return (
    <div class="system">
      {message.text && !message.parts.some((p) => p.type === "rating") && <p dir="auto"><Markdown text={message.text} /></p>}
      <Cards app={app} conversation={conversation} message={message} />
    </div>
  );
}

function Mine({ app, message, read, last }: Props) {
  return (
    <div class="msg out">
      {message.text && <div class="bubble" dir="auto"><Markdown text={message.text} /></div>}
      <Sent app={app} parts={message.parts} />
      {last && (
        <p class="meta">
          <time>{clockTime(message.at, app.locale.value)}</time>
          <span>{app.t(read ? "read" : "sent")}</span>
        </p>
      )}
    </div>
  );
}

function Theirs(props: Props) {
  const { app, conversation, message, lead } = props;
  const generated = message.generated_by !== "human";
  const name = message.author.name || app.t(generated ? "who.assistant" : "who.agent");
  return (
    <div class={`msg in${lead ? "" : " follow"}${generated ? "" : " human"}`}>
      {lead && <Avatar kind={message.author.kind} name={message.author.name} />}
      <div class="col">
        {lead && !generated && (
          <p class="name" dir="auto">
            <b>{name}</b>
            {message.author.name && <span class="chip good" data-testid="human-mark">{app.t("who.agent")}</span>}
          </p>
        )}
        {message.text && <div class="bubble" dir="auto"><Markdown text={message.text} cite={(n) => mark(app, message, n)} /></div>}
        <Sources app={app} message={message} />
        <Sent app={app} parts={message.parts} />
        <Cards app={app} conversation={conversation} message={message} />
        <Foot {...props} generated={generated} />
      </div>
    </div>
  );
}

function mark(app: App, message: Message, n: number) {
  const citation = message.citations.find((c) => c.n === n);
  if (!citation) return null;
  return (
    <button type="button" class="cite" aria-label={app.t("cite.open", { n, title: citation.title })} onClick={() => (app.sheet.value = citation)}>
      {n}
    </button>
  );
}

/** Every source once, by number, each a tap from the words it was taken from. */
function Sources({ app, message }: { app: App; message: Message }) {
  if (!message.citations.length) return null;
  return (
    <div class="sources" role="group" aria-label={app.t("sources")}>
      {message.citations.map((c) => <SourceChip key={c.n} app={app} citation={c} />)}
    </div>
  );
}

function SourceChip({ app, citation }: { app: App; citation: Citation }) {
  return (
    <button type="button" class="source" data-testid="citation-chip" data-n={citation.n} onClick={() => (app.sheet.value = citation)}>
      <span class="cite-n">{citation.n}</span>{" "}
      <span class="source-title" dir="auto">{citation.title}</span>
    </button>
  );
}

function Foot({ app, conversation, message, generated, last, score }: Props & { generated: boolean }) {
  return (
    <div class="meta">
      {generated && (
        <span class="aimark" data-testid="ai-mark">
          <Icon name="spark" size={12} />
          {app.t("ai.mark")}
        </span>
      )}
      <time>{clockTime(message.at, app.locale.value)}</time>
      {generated && message.text && <Feedback app={app} conversation={conversation} message={message} strong={last} score={score} />}
    </div>
  );
}

const REASONS = ["wrong", "unsolved", "unclear", "slow"] as const;

type FeedbackProps = Pick<Props, "app" | "conversation" | "message" | "score"> & { strong: boolean };

function Feedback({ app, conversation, message, strong, score }: FeedbackProps) {
  const [asking, setAsking] = useState(false);
  const rate = (value: "up" | "down", reason?: string) => {
    app.client.keepFeedback(message.id, value);
    setAsking(value === "down" && !reason);
    app.client.act(conversation, message.id, "feedback", { score: value, ...(reason ? { reason } : {}) }).catch(() => {});
  };
  return (
    <>
      <span class={strong || score ? "thumbs" : "thumbs calm"} role="group">
        <IconButton icon="up" size={16} label={app.t("feedback.up")} pressed={score === "up"} onClick={() => rate("up")} testid="feedback-up" />
        <IconButton icon="thumbdown" size={16} label={app.t("feedback.down")} pressed={score === "down"} onClick={() => rate("down")} testid="feedback-down" />
      </span>
      {asking && (
        <span class="why" role="group" aria-label={app.t("feedback.why")}>
          {REASONS.map((reason) => <button type="button" class="pill" key={reason} onClick={() => rate("down", reason)}>{app.t(`feedback.${reason}`)}</button>)}
        </span>
      )}
    </>
  );
}

/** What a message brings besides its words, once what draws it is here. */
function Cards({ app, conversation, message }: { app: App; conversation: string; message: Message }) {
  const room = app.cards.value;
  return room && <room.Parts app={app} conversation={conversation} message={message} />;
}

/** The files of a message; by their names, until what shows them is here. */
function Sent({ app, parts }: { app: App; parts: readonly Part[] }) {
  return <>{app.files.value?.sent(app, parts) ?? fileNames(parts)}</>;
}

/** A message of ours that the server has not acknowledged. */
export function Pending({ app, item }: { app: App; item: Outgoing }) {
  const failed = item.state === "failed";
  const waits = item.state === "queued" || app.client.phase !== "open";
  return (
    <div class={`msg out pending ${item.state}`} data-testid="message" data-author="buyer" data-state={item.state}>
      {item.text && <div class="bubble" dir="auto"><Markdown text={item.text} /></div>}
      <Sent app={app} parts={item.attachments ?? []} />
      {failed ? (
        <p class="meta bad" role="alert">
          <Icon name="alert" size={14} />
          <span>{app.t("failed")} · {app.tk(item.error, "error.other")}</span>
          <button type="button" class="link" onClick={() => app.client.retry(item.id)} data-testid="retry">{app.t("retry")}</button>
          <button type="button" class="link" onClick={() => app.client.discard(item.id)}>{app.t("discard")}</button>
        </p>
      ) : (
        <p class="meta">
          <Icon name="clock" size={14} />
          <span>{app.t(waits ? "queued" : "sending")}</span>
        </p>
      )}
    </div>
  );
}
