import type { Message } from "../core/frames.js";
import { Icon } from "../ui/icons.js";
import { Attached } from "../ui/files/attached.js";
import { Markdown } from "../ui/markdown.js";
import { desk } from "./app.js";
import { PartCards } from "./cards.js";
import { deskFiles } from "./files.js";

interface Props {
  message: Message;
  buyer: string;
  /** First of a run by one author. */
  lead: boolean;
  read: boolean;
}

/** The buyer on one side; the assistant and people on ours, told apart by surface, name and mark. */
export function MessageRow({ message, buyer, lead, read }: Props) {
  const { kind } = message.author;
  const side = kind === "buyer" ? "in" : kind === "system" ? "mid" : "out";
  return (
    <li class={`say ${side} ${kind}${lead ? " lead" : ""}`} data-testid="message" data-author={kind} data-id={message.id} data-seq={message.seq}>
      {lead && side !== "mid" && <Name message={message} buyer={buyer} />}
      {message.text && <div class={kind === "system" ? "system-text" : "bubble"} dir="auto"><Markdown text={message.text} cite={(n) => <sup class="cite">{n}</sup>} /></div>}
      <Attached host={deskFiles} parts={message.parts} />
      <Sources message={message} />
      <PartCards parts={message.parts} text={message.text} />
      {kind === "agent" && read && <span class="line-foot">{desk.t("read")}</span>}
    </li>
  );
}

function Name({ message, buyer }: { message: Message; buyer: string }) {
  const { kind, name } = message.author;
  const ai = kind === "assistant" || message.generated_by === "model";
  const own = kind === "agent" && name === desk.me.value?.display_name;
  const text = kind === "buyer" ? buyer : own ? desk.t("who.you") : kind === "assistant" ? desk.t("who.assistant") : name || desk.t("who.agent");
  return (
    <p class="line-name">
      {ai && <span class="aimark" title={desk.t("ai.mark")} data-testid="ai-mark"><Icon name="spark" size={12} />{desk.t("ai.mark")}</span>}
      {!(ai && kind === "assistant") && <b dir="auto">{text}</b>}
      <time>{desk.time(message.at)}</time>
    </p>
  );
}

function Sources({ message }: { message: Message }) {
  if (!message.citations.length) return null;
  return (
    <details class="sources">
      <summary><Icon name="doc" size={14} />{desk.t("suggest.sources", { n: message.citations.length })}<Icon name="down" size={14} /></summary>
      <ul>{message.citations.map((c) => <li key={c.n}><b><sup>{c.n}</sup> <span dir="auto">{c.title}</span></b><q dir="auto">{c.quote}</q></li>)}</ul>
    </details>
  );
}
