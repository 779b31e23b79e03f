import { localised } from "../core/api.js";
import { money } from "../core/format.js";
import { Icon } from "../ui/icons.js";
import * as shop from "./shop.js";
import { place, word, type Word } from "./words.js";

const t = (key: Word, args?: Record<string, unknown>) => word(shop.locale.value, key, args);
const text = (value: Record<string, string>) => localised(value, shop.locale.value);

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

/** A question about this product; the chat knows which one is meant. */
function ask(product: shop.DemoProduct, words: Word): void {
  shop.ask(t(words, { name: text(product.name) }), { product: { id: product.id } });
}

export function Product({ product }: { product: shop.DemoProduct }) {
  return (
    <li class="product" data-testid="product">
      <Art product={product} />
      <div class="product-body">
        <h3><a href={`#/product/${encodeURIComponent(product.id)}`} data-testid="product-link">{text(product.name)}</a></h3>
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

const ABOUT = ["ask.product", "ask.delivery"] as const;

export function ProductPage({ id }: { id: string }) {
  const product = shop.data.value?.products.find((one) => one.id === id);
  if (!product) return <div class="state"><p>{t("product.none")}</p><a class="btn line" href="#/">{t("product.back")}</a></div>;
  const { platform, region } = product;
  return (
    <section class="detail" data-testid="product-page">
      <a class="back" href="#/"><Icon name="back" size={18} />{t("product.back")}</a>
      <div class="panel">
        <Art product={product} />
        <h1>{text(product.name)}</h1>
        <p class="sub">{text(product.description)}</p>
        <Tags product={product} />
        <dl>
          <div><dt>{t("product.price")}</dt><dd class="price">{money(product.price, "CNY")}</dd></div>
          {platform && <div><dt>{t("product.platform")}</dt><dd>{place(shop.locale.value, platform)}</dd></div>}
          {region && <div><dt>{t("product.region")}</dt><dd>{place(shop.locale.value, region)}</dd></div>}
        </dl>
      </div>
      <div class="try">
        <h2>{t("try.title")}</h2>
        {ABOUT.map((words) => (
          <button type="button" class="question" key={words} data-testid="product-question" onClick={() => ask(product, words)}>
            <span>{t(words, { name: text(product.name) })}</span>
            <Icon name="right" size={16} />
          </button>
        ))}
      </div>
    </section>
  );
}
