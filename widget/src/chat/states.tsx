import { Icon, type IconName } from "../ui/icons.js";
import type { App } from "./app.js";

function Strip(props: { icon: IconName; tone: string; text: string; testid: string; action?: string; onAction?: () => void }) {
  return (
    <div class={`strip ${props.tone}`} role="status" data-testid={props.testid}>
      <Icon name={props.icon} size={16} />
      <span>{props.text}</span>
      {props.action && <button type="button" class="link" onClick={props.onAction}>{props.action}</button>}
    </div>
  );
}

/** What stands between the buyer and an answer, in the order in which it matters. */
export function ServiceBanner({ app }: { app: App }) {
  const { client } = app;
  const refresh = () => location.reload();
  if (client.expired) return <Strip icon="lock" tone="bad" text={app.t("link.expired")} testid="state-expired" action={app.t("link.refresh")} onAction={refresh} />;
  if (client.phase === "stopped") return <Strip icon="no" tone="bad" text={app.t("link.stopped")} testid="state-stopped" />;
  if (app.lost.value && client.phase === "offline") return <Strip icon="offline" tone="warn" text={app.t("link.offline")} testid="state-offline" />;
  if (app.lost.value) return <Strip icon="retry" tone="neutral" text={app.t("link.waiting")} testid="state-reconnecting" />;
  if (client.storageDenied) return <Strip icon="alert" tone="neutral" text={app.t("storage.denied")} testid="state-storage" />;
  return null;
}
