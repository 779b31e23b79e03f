import { signal } from "@preact/signals";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { DeskPane, Grip, Sides } from "./desk_pane.js";
import { follow, Guide } from "./guide.js";
import { Order, Orders } from "./orders.js";
import { Product, ProductCard } from "./products.js";
import { t, text } from "./say.js";
import * as shop from "./shop.js";
import { QUESTIONS } from "./words.js";

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
  if (page === "product" && number) return <Product id={number} />;
  if (page === "what-if") return <WhatIf number={number} />;
  return <Front />;
}

const later = signal<typeof import("./what_if.js") | null>(null);

/** The page of one changed fact comes when it is first looked at. */
function WhatIf({ number }: { number: string | null }) {
  const room = later.value;
  useEffect(() => {
    const file = "what_if";
    if (!room) void import(`/widget/demo/${file}.js`).then((came: typeof later.value) => (later.value = came), () => (shop.failed.value = true));
  }, []);
  return room ? <room.WhatIfPage number={number} /> : <Loading />;
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
        <ul class="grid">{shop.data.value?.products.map((p) => <ProductCard key={p.id} product={p} />)}</ul>
      </section>
    </>
  );
}

const root = document.getElementById("shop");
if (root) render(<Shop />, root);
follow();
void shop.load();
