import type { OrderItem, OrderPart } from "../../core/frames.js";
import { dateTime, money } from "../../core/format.js";
import { stateTone } from "../../core/state.js";
import { Card, Chip, Facts } from "../../ui/kit.js";
import type { App } from "../app.js";
import type { CardProps } from "./index.js";

export function OrderCard({ app, message, part }: CardProps<OrderPart>) {
  // Beside a decision the order only says which one it is.
  const brief = message.parts.some((p) => p.type === "decision");
  return (
    <Card icon="box" type="order" title={<span class="num">{part.number}</span>} side={<Chip tone={stateTone(part.state)}>{part.state_label}</Chip>}>
      <ul class="items">{part.items.map((item) => <Item key={item.index} app={app} item={item} currency={part.currency} alone={part.items.length === 1} brief={brief} />)}</ul>
      {!brief && (
        <Facts
          rows={[
            [app.t("order.paid"), <b class="num">{money(part.paid_amount, part.currency)}</b>],
            [app.t("order.created"), <span class="num">{dateTime(part.created_at, app.locale.value, app.info.value?.timezone)}</span>],
          ]}
        />
      )}
    </Card>
  );
}

function Item({ app, item, currency, alone, brief }: { app: App; item: OrderItem; currency: string; alone: boolean; brief: boolean }) {
  const sent = item.quantity !== null && item.delivered_quantity !== null;
  return (
    <li class="item">
      <span class="item-top">
        <span dir="auto">{item.name}{item.quantity !== null && <span class="faint num"> × {item.quantity}</span>}</span>
        {(!alone || brief) && <span class="num">{money(item.paid_amount, currency)}</span>}
      </span>
      <span class="item-meta">
        {!alone && <Chip tone={stateTone(item.state)}>{item.state_label}</Chip>}
        {sent && <span class="num">{app.t("order.delivered", { a: item.delivered_quantity, b: item.quantity })}</span>}
        {item.delivered_at && <span class="num">{dateTime(item.delivered_at, app.locale.value, app.info.value?.timezone)}</span>}
      </span>
      {item.keys_masked.length > 0 && (
        <span class="keys">
          <span class="faint">{app.t("order.keys")}</span>
          {item.keys_masked.map((key) => <code>{key}</code>)}
        </span>
      )}
    </li>
  );
}
