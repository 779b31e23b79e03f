import { localised } from "../core/api.js";
import type { Conversation } from "../core/frames.js";
import { inShort } from "../core/file_names.js";
import { ago, money } from "../core/format.js";
import { stateTone } from "../core/state.js";
import { Chip, IconButton, Skeleton } from "../ui/kit.js";
import { Icon, type IconName } from "../ui/icons.js";
import type { App } from "./app.js";
import { Hours } from "./hours.js";
import { ServiceBanner } from "./states.js";

export function Home({ app }: { app: App }) {
  const info = app.info.value;
  const shop = localised(info?.name, app.locale.value);
  const name = app.client.store.me?.kind === "buyer" ? app.client.store.me.name : null;
  const list = app.client.store.list();
  const going = list.find((c) => c.state !== "resolved") ?? list.find(isAsked);
  return (
    <div class="scroll home">
      <div class="hero">
        <div class="hero-top">
          <span class="mark" aria-hidden="true">{Array.from(shop || "A")[0]}</span>
          <span class="hero-shop">{shop}</span>
          {app.options.mode !== "inline" && <IconButton icon="close" label={app.t("close")} onClick={() => app.hide()} testid="close" />}
        </div>
        <h2 class="hero-title">
          <small>{app.t("home.hello")}{name && app.t("home.name", { name })}</small>
          {app.t("home.ask")}
        </h2>
        {info && <Hours app={app} info={info} />}
      </div>
      <div class="home-body">
        <ServiceBanner app={app} />
        {going ? <Continue app={app} conversation={going} /> : <Begin app={app} />}
        <button type="button" class="searchbox" onClick={() => app.goTab("help")} data-testid="home-search">
          <Icon name="search" size={18} />
          <span>{app.t("home.search")}</span>
        </button>
        <Orders app={app} />
        <Starters app={app} />
      </div>
    </div>
  );
}

/** Whether a conversation ends with the question whether it is solved: who comes back finds the answer by it. */
function isAsked(conversation: Conversation): boolean {
  return !!conversation.messages[conversation.messages.length - 1]?.parts.some((p) => p.type === "rating" && p.solved === null);
}

function Continue({ app, conversation }: { app: App; conversation: Conversation }) {
  const last = conversation.messages[conversation.messages.length - 1];
  const unread = app.client.store.unread(conversation);
  return (
    <button type="button" class="lead" data-testid="continue" onClick={() => app.goThread(conversation.id)}>
      <span class="lead-icon"><Icon name="chat" size={20} /></span>
      <span class="lead-text">
        <b>{app.t("home.continue")}</b>
        <span dir="auto">{(last && inShort(last)) || app.t("thread.new")}</span>
      </span>
      <span class="lead-side">
        <time>{ago(conversation.updated_at, app.locale.value)}</time>
        {unread > 0 ? <i class="count">{unread}</i> : <Icon name="right" size={18} />}
      </span>
    </button>
  );
}

function Begin({ app }: { app: App }) {
  return (
    <button type="button" class="lead" data-testid="begin" onClick={() => app.ask(null)}>
      <span class="lead-icon"><Icon name="chat" size={20} /></span>
      <span class="lead-text">
        <b>{app.t("home.new")}</b>
        <span>{app.t("home.new.sub")}</span>
      </span>
      <span class="lead-side"><Icon name="right" size={18} /></span>
    </button>
  );
}

function Orders({ app }: { app: App }) {
  const orders = app.orders.value;
  if (orders === null || orders.length === 0) return null;
  return (
    <section class="group" data-testid="home-orders">
      <h3>{app.t("home.orders")}</h3>
      <ul class="rows">
        {orders.slice(0, 3).map((order) => (
          <li class="row" key={order.number}>
            <span class="row-main">
              <b dir="auto">{order.items[0]?.name ?? order.number}</b>
              <span class="row-meta">
                <span class="num faint">{order.number}</span>
                <span class="num">{money(order.paid_amount, order.currency)}</span>
                <Chip tone={stateTone(order.state)}>{order.state_label}</Chip>
              </span>
            </span>
            <button type="button" class="btn soft" aria-label={app.t("home.order.label", { order: order.number })} onClick={() => app.ask(null, order.number)} data-testid="order-ask">
              {app.t("home.order.ask")}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const ICONS: readonly (readonly [RegExp, IconName])[] = [
  [/人工|human|person|agent/i, "headset"],
  [/没发货|未发货|未到|not delivered|late|nothing came/i, "clock"],
  [/无效|不能用|用不了|失效|错误|invalid|does ?n.t work|not work|broken|problem|wrong/i, "alert"],
  [/退|refund|return|cancel/i, "undo"],
  [/发货|没收到|没到|物流|查|order|deliver|where|receive/i, "box"],
  [/兑换|激活|使用|卡密|怎么用|redeem|activat|key|how/i, "key"],
  [/价|买|有货|库存|区|推荐|buy|price|stock|region|before/i, "tag"],
  [/正品|授权|渠道|安全|genuine|authentic|safe/i, "lock"],
];

function iconFor(text: string, i: number): IconName {
  const fallback: readonly IconName[] = ["box", "key", "undo", "alert", "tag", "help"];
  return ICONS.find(([words]) => words.test(text))?.[1] ?? fallback[i % fallback.length] ?? "help";
}

function Starters({ app }: { app: App }) {
  const info = app.info.value;
  if (!info) return app.infoFailed.value ? null : <Skeleton lines={4} />;
  return (
    <section class="group">
      <h3>{app.t("home.starters")}</h3>
      <StarterTiles app={app} />
    </section>
  );
}

/** The six things that people come for. `small` is the row above an empty composer. */
export function StarterTiles({ app, small, thread }: { app: App; small?: boolean; thread?: string }) {
  const starters = app.info.value?.starters ?? [];
  return (
    <div class={small ? "suggest" : "tiles"}>
      {starters.slice(0, 6).map((starter, i) => {
        const label = localised(starter.label, app.locale.value);
        const text = localised(starter.text, app.locale.value);
        const go = () => (thread ? app.send(thread, text) : app.ask(text));
        return (
          <button type="button" class={small ? "pill" : "tile"} data-testid="starter" onClick={go} key={i}>
            <Icon name={iconFor(label, i)} size={small ? 16 : 20} />
            <span>{label}</span>
          </button>
        );
      })}
    </div>
  );
}
