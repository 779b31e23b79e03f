import { money } from "../core/format.js";
import { Icon } from "../ui/icons.js";
import { t, text } from "./say.js";
import * as shop from "./shop.js";
import { place, type Word } from "./words.js";

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

/** A colour of its own for each platform, from its name. */
function hue(name: string): number {
  return Array.from(name).reduce((sum, c) => (sum * 31 + (c.codePointAt(0) ?? 0)) % 360, 7);
}

function Art({ product }: { product: shop.DemoProduct }) {
  const name = text(product.name);
  const label = product.platform ? place(shop.locale.value, product.platform) : name;
  return (
    <div class="art" style={{ "--hue": hue(product.platform ?? name) }} aria-hidden="true">
      {product.region ? <span>{place(shop.locale.value, product.region)}</span> : <i />}
      <b>{label}</b>
    </div>
  );
}

function Tags({ product }: { product: shop.DemoProduct }) {
  const kind = KINDS[product.kind];
  const none = product.stock === 0;
  return (
    <p class="tags">
      {kind && <span class="tag">{t(kind)}</span>}
      {product.stock !== null && <span class={none ? "tag out" : "tag in"}>{none ? t("stock.none") : t("stock", { n: product.stock })}</span>}
    </p>
  );
}

function ask(product: shop.DemoProduct, words: Word): void {
  shop.ask(t(words, { name: text(product.name) }), { product: { id: product.id } });
}

export function ProductCard({ product }: { product: shop.DemoProduct }) {
  return (
    <li class="product" data-testid="product">
      <Art product={product} />
      <div class="product-body">
        <h3><a class="whole" href={`#/product/${encodeURIComponent(product.id)}`}>{text(product.name)}</a></h3>
        <p class="sub">{text(product.description)}</p>
        <Tags product={product} />
        <div class="buy">
          <b class="price">{money(product.price, "CNY")}</b>
          <button type="button" class="btn soft" onClick={() => ask(product, "ask.product")}>{t("ask")}</button>
        </div>
      </div>
    </li>
  );
}

const BEFORE_BUYING = ["product.ask.region", "product.ask.redeem", "product.ask.refund"] as const;

/** One product: what it is, what is promised, and what people ask before they buy. */
export function Product({ id }: { id: string }) {
  const product = shop.data.value?.products.find((p) => p.id === id);
  if (!product) return <div class="state"><p>{t("product.none")}</p><a class="btn line" href="#/">{t("product.back")}</a></div>;
  const rows: readonly (readonly [Word, string | null])[] = [
    ["product.platform", product.platform && place(shop.locale.value, product.platform)],
    ["product.region", product.region && place(shop.locale.value, product.region)],
    ["product.time", product.promised_minutes && t("product.minutes", { n: product.promised_minutes })],
    ["product.warranty", product.warranty_days && t("product.days", { n: product.warranty_days })],
  ].map(([key, value]) => [key as Word, value ? String(value) : null] as const);
  return (
    <section class="detail" data-testid="product-page">
      <a class="back" href="#/"><Icon name="back" size={18} />{t("product.back")}</a>
      <div class="panel">
        <Art product={product} />
        <h1>{text(product.name)}</h1>
        <Tags product={product} />
        <p class="about">{text(product.description)}</p>
        <dl>{rows.map(([key, value]) => value && <div key={key}><dt>{t(key)}</dt><dd>{value}</dd></div>)}</dl>
        <div class="buy">
          <b class="price">{money(product.price, "CNY")}</b>
          <span class="buy-do">
            <small>{t("product.nobuy")}</small>
            <button type="button" class="btn primary" disabled>{product.stock === 0 ? t("stock.none") : t("product.buy")}</button>
          </span>
        </div>
      </div>
      <div class="try">
        <h2>{t("product.ask")}</h2>
        {BEFORE_BUYING.map((words) => (
          <button type="button" class="question" key={words} data-testid="reason" onClick={() => ask(product, words)}>
            <span>{t(words, { name: text(product.name) })}</span>
            <Icon name="right" size={16} />
          </button>
        ))}
      </div>
    </section>
  );
}
