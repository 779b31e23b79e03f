import { render } from "preact";
import { useRef } from "preact/hooks";
import { localised } from "../core/api.js";
import { dateTime, money } from "../core/format.js";
import { stateTone } from "../core/state.js";
import { Icon } from "../ui/icons.js";
import { DeskPane, Grip, Sides } from "./desk_pane.js";
import { follow, Guide } from "./guide.js";
import * as shop from "./shop.js";
import { WhatIfPage } from "./what_if.js";
import { place, QUESTIONS, REASONS, STATES, word, type Word } from "./words.js";

const t = (key: Word, args?: Record<string, unknown>) => word(shop.locale.value, key, args);
const text = (value: Record<string, string> | string | null | undefined) =>
  typeof value === "string" ? value : localised(value, shop.locale.value);

function Shop() {
  if (!shop.data.value) return shop.failed.value ? <Failed /> : <Loading />;
  return <Sided />;
}

function Sided() {
  const desk = shop.deskShown.value;
  const alone = desk && !shop.wide.value;
  // Once there it stays, out of sight: an agent's work is not thrown away by a look at the store.
  const opened = useRef(false);
  opened.current ||= desk;
  return (
    <>
      <Top />
      {!alone && <Guide />}
      <div class="panes">
        <div class="store" hidden={alone} data-testid="store-pane">
          <main><Page /></main>
          <footer>{t("foot")}</footer>
        </div>
        {desk && shop.wide.value && <Grip />}
        {opened.current && <section class="desk" hidden={!desk} aria-label={t("desk.title")} data-testid="desk-pane"><DeskPane /></section>}
      </div>
    </>
  );
}

function Page() {
  const [, page, id] = shop.route.value.split("/");
  const number = id ? decodeURIComponent(id) : null;
  if (page === "orders") return <Orders />;
  if (page === "order" && number) return <Order number={number} />;
  if (page === "what-if") return <WhatIfPage number={number} />;
  return <Front />;
}

function Failed() {
  return (
    <div class="state" role="status">
      <h1>{t("failed")}</h1>
      <p>{t("failed.sub")}</p>
    </div>
  );
}

function Loading() {
  return <div class="state" aria-busy="true"><i class="spinner" /></div>;
}

function Top() {
  const data = shop.data.value;
  const name = text(data?.shop_name);
  const at = shop.route.value.startsWith("/order") ? "orders" : "products";
  const other = shop.scheme.value === "dark" ? "light" : "dark";
  return (
    <header class="top">
      <a class="brand" href="#/">
        <span class="mark" aria-hidden="true"><Icon name="star" size={18} filled /></span>
        <b>{name}</b>
      </a>
      <nav>
        <a href="#/" aria-current={at === "products" ? "page" : undefined}>{t("products")}</a>
        <a href="#/orders" aria-current={at === "orders" ? "page" : undefined} data-testid="nav-orders">{t("orders")}</a>
      </nav>
      <div class="tools" data-side={shop.wide.value ? undefined : shop.side.value}>
        <Buyers />
        {data?.agent && <Sides />}
        <button type="button" class="tool" data-testid="locale" onClick={() => shop.setLocale(shop.locale.value === "en" ? "zh-CN" : "en")}>
          {shop.locale.value === "en" ? "中文" : "EN"}
        </button>
        <button type="button" class="tool" aria-label={t("theme")} title={t("theme")} data-testid="theme" onClick={() => shop.setScheme(other)}>
          <span class={`moon ${other}`} aria-hidden="true" />
        </button>
      </div>
    </header>
  );
}

/** A radio group: everyone in the demo, and nobody. */
function Buyers() {
  const people = [...(shop.data.value?.buyers ?? []).map((b) => ({ id: b.id, name: text(b.name) })), { id: "guest", name: t("guest") }];
  return (
    <div class="buyers" role="radiogroup" aria-label={t("buyer.as")}>
      {people.map(({ id, name }) => (
        <button
          type="button"
          role="radio"
          key={id}
          aria-checked={shop.buyer.value === id}
          data-testid={`buyer-${id}`}
          onClick={() => shop.become(id)}
        >
          <i aria-hidden="true">{Array.from(name)[0]}</i>
          <span>{name}</span>
        </button>
      ))}
    </div>
  );
}

function Front() {
  return (
    <>
      <section class="hero">
        <div>
          <h1>{t("hero.title")}</h1>
          <p>{t("hero.sub")}</p>
          <p class="note"><Icon name="spark" size={16} />{t("demo.note")}</p>
        </div>
        <div class="try">
          <h2>{t("try.title")}</h2>
          {QUESTIONS[shop.locale.value].map((q) => (
            <button type="button" class="question" key={q} data-testid="question" onClick={() => shop.ask(q)}>
              <span>{q}</span>
              <Icon name="right" size={16} />
            </button>
          ))}
        </div>
      </section>
      <section>
        <h2 class="section">{t("products")}</h2>
        <ul class="grid">{shop.data.value?.products.map((p) => <Product key={p.id} product={p} />)}</ul>
      </section>
    </>
  );
}

/** A colour of its own for each platform, from its name. */
function hue(name: string): number {
  return Array.from(name).reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 360, 7);
}

const KINDS: Record<string, Word> = {
  gift_card: "kind.gift_card",
  membership: "kind.membership",
  license: "kind.license",
  software_key: "kind.license",
  game_key: "kind.game_key",
  top_up: "kind.top_up",
  prepaid: "kind.prepaid",
  download: "kind.download",
  service: "kind.service",
  account: "kind.account",
};

function Product({ product }: { product: shop.DemoProduct }) {
  const name = text(product.name);
  const kind = KINDS[product.kind];
  const none = product.stock === 0;
  const label = product.platform ? place(shop.locale.value, product.platform) : name;
  return (
    <li class="product" data-testid="product">
      <div class="art" style={{ "--hue": hue(product.platform ?? name) }} aria-hidden="true">
        {product.region ? <span>{place(shop.locale.value, product.region)}</span> : <i />}
        <b>{label}</b>
      </div>
      <div class="product-body">
        <h3>{name}</h3>
        <p class="sub">{text(product.description)}</p>
        <p class="tags">
          {kind && <span class="tag">{t(kind)}</span>}
          {product.stock !== null && <span class={none ? "tag out" : "tag in"}>{none ? t("stock.none") : t("stock", { n: product.stock })}</span>}
        </p>
        <div class="buy">
          <b class="price">{money(product.price, "CNY")}</b>
          <button type="button" class="btn soft" onClick={() => shop.ask(t("ask.product", { name }), { product: { id: product.id } })}>
            {t("ask")}
          </button>
        </div>
      </div>
    </li>
  );
}

function State({ order }: { order: shop.DemoOrder }) {
  return <span class={`tag ${stateTone(order.state)}`}>{text(order.state_label ?? STATES[order.state]) || order.state}</span>;
}

function Orders() {
  const name = text(shop.person()?.name);
  return (
    <section>
      <h1 class="section">{shop.isGuest() ? t("orders.anyone") : t("orders.of", { name })}</h1>
      {shop.isGuest() && <p class="hint">{t("orders.guest")}</p>}
      <ul class="orders">
        {shop.ordersNow().map((order) => (
          <li class="order" key={order.number} data-testid="order">
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
        ))}
      </ul>
    </section>
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

function Order({ number }: { number: string }) {
  const order = shop.ordersNow().find((o) => o.number === number);
  if (!order) return <div class="state"><p>{t("order.none")}</p><a class="btn line" href="#/orders">{t("order.back")}</a></div>;
  const reasons = REASONS[reasonsFor(order.state)]?.[shop.locale.value] ?? [];
  return (
    <section class="detail">
      <a class="back" href="#/orders"><Icon name="back" size={18} />{t("order.back")}</a>
      <div class="panel">
        <p class="order-top"><code>{order.number}</code><State order={order} /></p>
        <h1>{text(order.product_name)}</h1>
        {order.hint && <p class="sub">{text(order.hint)}</p>}
        <dl>
          {order.paid_amount && <div><dt>{t("order.paid")}</dt><dd class="price">{money(order.paid_amount, order.currency ?? "CNY")}</dd></div>}
          {order.created_at && <div><dt>{t("order.time")}</dt><dd>{dateTime(order.created_at, shop.locale.value)}</dd></div>}
          {order.proof && <div><dt>{t("order.proof")}</dt><dd><code>{order.proof}</code></dd></div>}
        </dl>
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

const root = document.getElementById("shop");
if (root) render(<Shop />, root);
follow();
void shop.load();
