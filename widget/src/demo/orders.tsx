import { useEffect } from "preact/hooks";
import { dateTime, money } from "../core/format.js";
import { stateTone } from "../core/state.js";
import { Icon } from "../ui/icons.js";
import { t, text } from "./say.js";
import * as shop from "./shop.js";
import { REASONS, STATES } from "./words.js";

/** The state, and beside it what a buyer would want to know first: used, refunded, held. */
function State({ order }: { order: shop.DemoOrder }) {
  const items = order.items ?? [];
  const used = items.some((item) => item.used);
  const back = items.reduce((sum, item) => sum + Number(item.refunded ?? 0), 0);
  return (
    <>
      <span class={`tag ${stateTone(order.state)}`}>{text(order.state_label ?? STATES[order.state]) || order.state}</span>
      {used && <span class="tag">{t("order.used")}</span>}
      {back > 0 && <span class="tag">{t("order.refunded", { money: money(back.toFixed(2), order.currency ?? "CNY") })}</span>}
      {order.refunding && <span class="tag warn">{t("order.refunding")}</span>}
      {order.disputed && <span class="tag warn">{t("order.disputed")}</span>}
      {order.frozen && <span class="tag bad">{t("order.frozen")}</span>}
    </>
  );
}

/** Orders as they stand now, each time that they are looked at. */
function useFresh(): void {
  useEffect(() => void shop.refresh(), []);
}

export function Orders() {
  useFresh();
  const name = text(shop.person()?.name);
  return (
    <section>
      <h1 class="section">{shop.isGuest() ? t("orders.anyone") : t("orders.of", { name })}</h1>
      {shop.isGuest() && <p class="hint">{t("orders.guest")}</p>}
      <ul class="orders">{shop.ordersNow().map((order) => <Row key={order.number} order={order} />)}</ul>
    </section>
  );
}

function Row({ order }: { order: shop.DemoOrder }) {
  return (
    <li class="order" data-testid="order">
      <div class="order-main">
        <p class="order-top"><code>{order.number}</code><State order={order} /></p>
        <h3>{text(order.product_name)}</h3>
        {order.hint && <p class="sub">{text(order.hint)}</p>}
        {order.proof && <p class="sub">{t("order.proof")} <code>{order.proof}</code></p>}
      </div>
      <div class="order-side">
        {Number(order.paid_amount) > 0 && <b class="price">{money(order.paid_amount ?? null, order.currency ?? "CNY")}</b>}
        <a class="btn line" href={`#/order/${encodeURIComponent(order.number)}`}>{t("order.view")}</a>
        <button type="button" class="btn primary" data-testid="order-contact" onClick={() => contact(order)}>{t("order.contact")}</button>
      </div>
    </li>
  );
}

function contact(order: shop.DemoOrder, words?: string): void {
  // A guest proves an order in the chat itself; nothing here may speak for them.
  shop.ask(words ?? "", { order: { id: order.number } });
}

function reasonsFor(state: string): string {
  const tone = stateTone(state);
  return tone === "good" ? "delivered" : tone === "warn" ? "undelivered" : "other";
}

export function Order({ number }: { number: string }) {
  useFresh();
  const order = shop.ordersNow().find((o) => o.number === number);
  if (!order) return <div class="state"><p>{t("order.none")}</p><a class="btn line" href="#/orders">{t("order.back")}</a></div>;
  const reasons = REASONS[reasonsFor(order.state)]?.[shop.locale.value] ?? [];
  const at = (time: string | null | undefined) => time && dateTime(time, shop.locale.value, shop.data.value?.timezone);
  return (
    <section class="detail" data-testid="order-page">
      <a class="back" href="#/orders"><Icon name="back" size={18} />{t("order.back")}</a>
      <div class="panel">
        <p class="order-top"><code>{order.number}</code><State order={order} /></p>
        <h1>{text(order.product_name)}</h1>
        {order.hint && <p class="sub">{text(order.hint)}</p>}
        <dl>
          {order.paid_amount && <div><dt>{t("order.paid")}</dt><dd class="price">{money(order.paid_amount, order.currency ?? "CNY")}</dd></div>}
          {order.created_at && <div><dt>{t("order.time")}</dt><dd>{at(order.created_at)}</dd></div>}
          {order.paid_at && <div><dt>{t("order.paid_at")}</dt><dd>{at(order.paid_at)}</dd></div>}
          {order.proof && <div><dt>{t("order.proof")}</dt><dd><code>{order.proof}</code></dd></div>}
        </dl>
        {order.items && <Items items={order.items} at={at} />}
        <button type="button" class="btn primary wide" data-testid="order-contact" onClick={() => contact(order)}>
          <Icon name="headset" size={18} />{t("order.contact")}
        </button>
      </div>
      {!shop.isGuest() && (
        <a class="question" href={`#/what-if/${encodeURIComponent(order.number)}`} data-testid="order-what-if">
          <span><b>{t("whatif.nav")}</b> · {t("whatif.short")}</span>
          <Icon name="scale" size={16} />
        </a>
      )}
      <div class="try">
        <h2>{t("order.reasons")}</h2>
        {reasons.map((reason) => (
          <button type="button" class="question" key={reason} data-testid="reason" onClick={() => contact(order, reason)}>
            <span>{reason}</span>
            <Icon name="right" size={16} />
          </button>
        ))}
      </div>
    </section>
  );
}

/** What was bought, how much of it was delivered, and whether it has been used. */
function Items({ items, at }: { items: readonly shop.DemoItem[]; at(time: string | null): string | null | undefined }) {
  const keys = items.some((item) => item.keys_masked.length);
  return (
    <div class="bought" data-testid="order-items">
      <h2>{t("order.items")}</h2>
      <ul>
        {items.map((item, i) => (
          <li key={i}>
            <p class="bought-top">
              <span>{text(item.name)}{item.quantity !== null && ` × ${item.quantity}`}</span>
              <span class={`tag ${stateTone(item.state)}`}>{text(item.state_label)}</span>
            </p>
            <p class="sub">
              {[
                item.quantity !== null && item.delivered_quantity !== null && t("order.sent", { a: item.delivered_quantity, b: item.quantity }),
                item.delivered_at && `${t("order.sent_at")} ${at(item.delivered_at)}`,
                item.used === true && `${t("order.used_at")} ${at(item.used_at) || t("order.used")}`,
                item.used === false && item.delivered_at && t("order.unused"),
              ].filter(Boolean).join(" · ")}
            </p>
            {item.keys_masked.length > 0 && <p class="keys">{t("order.keys")} {item.keys_masked.map((key) => <code key={key}>{key}</code>)}</p>}
          </li>
        ))}
      </ul>
      {keys && <p class="sub">{t("order.masked")}</p>}
    </div>
  );
}
