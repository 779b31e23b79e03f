import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";
import type { Head } from "./model.js";

/** Our claim came second, or it was taken while we read: said by name, where the button was. */
export function TakenBanner({ head }: { head: Head }) {
  const name = head.state === "human" && !desk.holds(head) ? (head.assignee?.name ?? desk.lost.value[head.id]) : undefined;
  if (!name) return null;
  return (
    <div class="taken" role="status" data-testid="taken">
      <Icon name="headset" size={18} />
      <span><b>{desk.t("talk.taken", { name })}</b> {desk.t("talk.taken.sub", { name })}</span>
    </div>
  );
}
