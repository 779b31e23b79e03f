import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";

/** Says that we are cut off, once it has lasted long enough to be worth a line. */
export function Connection() {
  void desk.store;
  const { phase, synced } = desk.client;
  const cut = phase === "offline" || phase === "waiting" || phase === "stopped";
  const key = phase === "offline" ? "link.offline" : phase === "stopped" ? "link.stopped" : "link.waiting";
  return (
    <div class={cut ? "connection cut" : "connection"} role="status" data-testid="connection" data-phase={phase === "open" && !synced ? "connecting" : phase}>
      {cut && <><Icon name="offline" size={16} />{desk.t(key)}</>}
    </div>
  );
}
