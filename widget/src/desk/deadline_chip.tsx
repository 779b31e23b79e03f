import { Icon } from "../ui/icons.js";
import { desk } from "./app.js";
import { deadlineOf, shortSpan } from "./deadline.js";
import type { Ticket } from "./model.js";

/** What is left of the deadline that runs now, ticking. */
export function DeadlineChip({ ticket }: { ticket: Ticket | null }) {
  const deadline = deadlineOf(ticket, desk.now.value);
  if (!deadline) return null;
  const units = { h: desk.t("unit.h"), m: desk.t("unit.m"), d: desk.t("unit.d") };
  const over = deadline.level === "over";
  const span = shortSpan(Math.abs(deadline.left), units);
  const time = desk.time(new Date(deadline.at).toISOString());
  const title = over ? desk.t("deadline.over.by", { span }) : desk.t(`deadline.${deadline.of}`, { time });
  return (
    <span class={`deadline ${deadline.level}`} title={title} data-testid="deadline-chip" data-level={deadline.level}>
      <Icon name="clock" size={13} />
      <span class="num">{over ? desk.t("deadline.over") : span}</span>
      <span class="sr">{title}</span>
    </span>
  );
}
