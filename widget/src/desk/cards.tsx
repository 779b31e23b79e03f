import type { ChoicesPart, DecisionPart, FormPart, OrderItem, OrderPart, Part, RatingPart, TicketPart } from "../core/frames.js";
import { dateTime, money } from "../core/format.js";
import { stateTone } from "../core/state.js";
import { Icon, type IconName } from "../ui/icons.js";
import { Card, Chip, Facts } from "../ui/kit.js";
import { desk } from "./app.js";

/** A message's typed parts as the agent reads them: nothing here can be pressed for the buyer. */
export function PartCards({ parts, text }: { parts: readonly Part[]; text: string }) {
  const more = parts.filter((part) => part.type !== "attachment" && !(part.type === "handoff" && text.includes(part.text)));
  if (!more.length) return null;
  return <div class="parts">{more.map((part, i) => <One key={i} part={part} />)}</div>;
}

function One({ part }: { part: Part }) {
  switch (part.type) {
    case "order":
      return <OrderView order={part} brief />;
    case "decision":
      return <DecisionLine part={part} />;
    case "ticket":
      return <TicketLine part={part} />;
    case "choices":
      return <ChoicesLine part={part} />;
    case "form":
      return <Line icon="lock" type="form" text={(part as FormPart).fields.map((f) => f.label).join(" · ")} side={desk.t(part.used ? "form.used" : "form.open")} done={part.used} />;
    case "confirm":
      return <Line icon="check" type="confirm" text={`${part.title}${part.amount ? " " + money(part.amount, part.currency) : ""}`} side={desk.t(part.used === "yes" ? "confirm.yes" : part.used === "no" ? "confirm.no" : "confirm.open")} done={part.used === "yes"} />;
    case "handoff":
      return <Line icon="headset" type="handoff" text={part.text} />;
    case "article":
      return <Line icon="doc" type="article" text={part.title} side={desk.t("article")} />;
    case "refund":
      return <Line icon="undo" type="refund" text={`${part.kind && part.kind !== "refund" ? desk.t(`refund.kind.${part.kind}` as "refund.kind.reissue") : desk.t("refund")}${part.amount ? " " + money(part.amount, part.currency ?? null) : ""}`} side={part.state ? desk.t(`refund.state.${part.state}` as "refund.state.done") : ""} />;
    case "rating":
      return <RatingLine part={part} />;
    default:
      return null;
  }
}

function Line({ icon, type, text, side, done }: { icon: IconName; type: string; text: string; side?: string; done?: boolean }) {
  return (
    <section class="card slim" data-testid={`card-${type}`}>
      <Icon name={icon} size={16} />
      <span class="slim-text" dir="auto">{text}</span>
      {side && <Chip tone={done ? "good" : "neutral"}>{side}</Chip>}
    </section>
  );
}

function ChoicesLine({ part }: { part: ChoicesPart }) {
  const taken = part.options.find((option) => option.value === part.used);
  if (part.used) return <Line icon="chat" type="choices" text={taken?.label ?? part.used} done />;
  return (
    <section class="card slim" data-testid="card-choices">
      <Icon name="chat" size={16} />
      <details class="slim-text options">
        <summary>{desk.t("choice.n", { n: part.options.length })}</summary>
        <ul>{part.options.map((option) => <li key={option.value} dir="auto">{option.label}</li>)}</ul>
      </details>
      <Chip>{desk.t("choice.open")}</Chip>
    </section>
  );
}

const LOOK: Record<string, readonly [IconName, "good" | "bad" | "accent" | "warn"]> = { grant: ["ok", "good"], refuse: ["no", "bad"], refer: ["refer", "accent"], need: ["help", "warn"] };

function DecisionLine({ part }: { part: DecisionPart }) {
  const [icon, tone] = LOOK[part.verdict] ?? (["refer", "accent"] as const);
  return (
    <Card icon={icon} type="decision" tone={tone} title={desk.term("request", part.request) || part.request_label} side={<Chip tone={tone}>{desk.term("verdict", part.verdict)}</Chip>}>
      {part.clause && <p class="proof-line"><Icon name="scale" size={14} /><span dir="auto">{part.clause.title}</span></p>}
    </Card>
  );
}

/** As the ticket stands now, not as it was when it was told of. */
function TicketLine({ part }: { part: TicketPart }) {
  const now = desk.detail?.tickets.find((ticket) => ticket.id === part.id) ?? part;
  return <Line icon="ticket" type="ticket" text={desk.term("reason", now.reason)} side={desk.term("ticket", now.state)} done={now.state === "resolved" || now.state === "closed"} />;
}

function RatingLine({ part }: { part: RatingPart }) {
  const solved = part.solved === null ? null : desk.t(part.solved ? "rating.solved.yes" : "rating.solved.no");
  return (
    <section class="card slim rating" data-testid="card-rating">
      {part.score ? <Stars n={part.score} /> : <><Icon name="star" size={16} /><span class="slim-text">{solved ?? desk.t("rating.wait")}</span></>}
      {part.score && solved && <Chip tone={part.solved ? "good" : "bad"}>{solved}</Chip>}
      {part.comment && <q dir="auto">{part.comment}</q>}
    </section>
  );
}

export function Stars({ n }: { n: number }) {
  return (
    <span class="stars" role="img" aria-label={desk.t("rating.stars", { n })}>
      {[1, 2, 3, 4, 5].map((i) => <Icon key={i} name="star" size={15} filled={i <= n} />)}
    </span>
  );
}

/** An order with its delivery and its masked keys; in a message only its head and rows. */
export function OrderView({ order, brief }: { order: OrderPart; brief?: boolean }) {
  const label = desk.term("state", order.state) || order.state_label;
  return (
    <Card icon="box" type="order" title={<span class="num">{order.number}</span>} side={<Chip tone={stateTone(order.state)}>{label}</Chip>}>
      <ul class="items">{order.items.map((item) => <Item key={item.index} item={item} currency={order.currency} alone={order.items.length === 1} brief={brief} />)}</ul>
      {!brief && (
        <Facts
          rows={[
            [desk.t("ctx.paid"), <b class="num">{money(order.paid_amount, order.currency)}</b>],
            [desk.t("ctx.created"), <span class="num">{dateTime(order.created_at, desk.locale.value, desk.zone.value)}</span>],
          ]}
        />
      )}
    </Card>
  );
}

function Item({ item, currency, alone, brief }: { item: OrderItem; currency: string; alone: boolean; brief?: boolean }) {
  const sent = item.quantity !== null && item.delivered_quantity !== null;
  return (
    <li class="item">
      <span class="item-top">
        <span dir="auto">{item.name}{item.quantity !== null && <span class="faint num"> × {item.quantity}</span>}</span>
        {(!alone || brief) && <span class="num">{money(item.paid_amount, currency)}</span>}
      </span>
      {!brief && (
        <span class="item-meta">
          {!alone && <Chip tone={stateTone(item.state)}>{desk.term("state", item.state) || item.state_label}</Chip>}
          {sent && <span class="num">{desk.t("ctx.delivered", { a: item.delivered_quantity, b: item.quantity })}</span>}
          {item.delivered_at && <span class="num">{dateTime(item.delivered_at, desk.locale.value, desk.zone.value)}</span>}
        </span>
      )}
      {!brief && item.keys_masked.length > 0 && <span class="keys"><span class="faint">{desk.t("ctx.keys")}</span>{item.keys_masked.map((key) => <code>{key}</code>)}</span>}
    </li>
  );
}
