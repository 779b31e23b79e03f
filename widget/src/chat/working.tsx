import { Avatar } from "../ui/kit.js";
import { Markdown } from "../ui/markdown.js";
import { Icon } from "../ui/icons.js";
import type { App } from "./app.js";

/** What the other side is doing right now: a step, an answer as it is written, a person typing. Never a live region. */
export function Working({ app, id }: { app: App; id: string }) {
  const { store, awaiting } = app.client;
  const live = store.live[id];
  const step = store.steps[id];
  if (live) return <Streaming app={app} id={id} text={live.text} />;
  if (step) return <StepLine app={app} text={app.tk(step.key, "step.other", step.args)} />;
  const typing = store.typing[id];
  if (typing !== undefined) return <StepLine app={app} text={app.t("typing", { name: typing || app.t("who.agent") })} person={typing} />;
  if (awaiting.of(id)) return <StepLine app={app} text={app.t("step.other")} />;
  return null;
}

function Streaming({ app, id, text }: { app: App; id: string; text: string }) {
  return (
    <div class="msg in streaming" data-testid="streaming">
      <Avatar kind="assistant" />
      <div class="col">
        <div class="bubble" dir="auto">
          <Markdown text={text} cite={() => ""} />
        </div>
        <button type="button" class="link stop" onClick={() => app.client.stop(id)}>
          <Icon name="stop" size={14} />
          {app.t("stop")}
        </button>
      </div>
    </div>
  );
}

function StepLine({ text, person }: { app: App; text: string; person?: string }) {
  return (
    <div class="msg in" data-testid="step">
      <Avatar kind={person === undefined ? "assistant" : "agent"} name={person} />
      <div class="step">
        <span class="dots" aria-hidden="true"><i /><i /><i /></span>
        <span>{text}</span>
      </div>
    </div>
  );
}
