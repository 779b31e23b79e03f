import type { Conversation } from "../core/frames.js";
import { ago } from "../core/format.js";
import { inShort } from "../core/file_names.js";
import { Avatar, Button, Chip, Empty, IconButton, Skeleton } from "../ui/kit.js";
import type { App } from "./app.js";
import { ServiceBanner } from "./states.js";

const TONE = { bot: "neutral", waiting: "warn", human: "accent", resolved: "good", snoozed: "neutral" } as const;

export function Messages({ app }: { app: App }) {
  const list = app.client.store.list();
  const loading = !app.prepared.value || (list.length === 0 && app.client.phase === "open" && !app.client.synced);
  return (
    <>
      <div class="bar">
        <h2>{app.t("messages.title")}</h2>
        {app.options.mode !== "inline" && <IconButton icon="close" label={app.t("close")} onClick={() => app.hide()} />}
      </div>
      <div class="scroll">
        <ServiceBanner app={app} />
        {loading ? (
          <Skeleton lines={5} />
        ) : list.length === 0 ? (
          <Empty icon="chat" title={app.t("messages.empty")} sub={app.t("messages.empty.sub")} />
        ) : (
          <ul class="inbox">{list.map((c) => <Row key={c.id} app={app} conversation={c} />)}</ul>
        )}
      </div>
      <div class="foot">
        <Button kind="primary" icon="plus" onClick={() => app.ask(null)} testid="new-conversation">
          {app.t("messages.new")}
        </Button>
      </div>
    </>
  );
}

function Row({ app, conversation }: { app: App; conversation: Conversation }) {
  const last = conversation.messages[conversation.messages.length - 1];
  const unread = app.client.store.unread(conversation);
  const person = conversation.assignee?.name;
  return (
    <li>
      <button type="button" class="inbox-row" data-testid="conversation" data-id={conversation.id} onClick={() => app.goThread(conversation.id)}>
        <Avatar kind={person ? "agent" : "assistant"} name={person} />
        <span class="inbox-text">
          <span class="inbox-top">
            <b dir="auto">{conversation.subject || person || app.t("who.assistant")}</b>
            <time>{ago(conversation.updated_at, app.locale.value)}</time>
          </span>
          <span class="inbox-last" dir="auto">
            {last?.author.kind === "buyer" && `${app.t("who.you")}: `}
            {(last && inShort(last)) || app.t("thread.new")}
          </span>
          <Chip tone={TONE[conversation.state]}>{app.t(`status.${conversation.state}`)}</Chip>
        </span>
        {unread > 0 && <i class="count">{unread}</i>}
      </button>
    </li>
  );
}
