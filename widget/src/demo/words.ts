import type { Locale } from "../core/i18n.js";

const zh = {
  products: "商品",
  orders: "我的订单",
  theme: "切换深浅色",
  "demo.note": "演示商店：在右上角换一位买家，打开“我的订单”，看客服怎样处理。",
  "hero.title": "数字卡密，付款即发",
  "hero.sub": "点卡、会员与激活码，自动发货；退款按写明的条款，每个决定都有依据。",
  "hero.ask": "咨询客服",
  "buyer.as": "以谁的身份浏览",
  guest: "游客",
  stock: "现货 {n}",
  "stock.none": "缺货",
  ask: "咨询",
  "ask.product": "{name} 现在有货吗？哪个区能用？",
  "orders.of": "{name}的订单",
  "orders.anyone": "可试的游客订单",
  "orders.guest": "游客没有登录。在对话里填写下面的订单号和查询凭证，就能核验身份。",
  "order.contact": "联系客服",
  "order.view": "查看订单",
  "order.back": "返回订单列表",
  "order.number": "订单号",
  "order.paid": "实付金额",
  "order.time": "下单时间",
  "order.proof": "查询凭证",
  "order.reasons": "遇到什么问题？点一下，问题会填进对话框。",
  "order.none": "没有这张订单",
  "try.title": "点一个问题试试",
  "kind.gift_card": "礼品卡",
  "kind.membership": "会员",
  "kind.license": "软件密钥",
  "kind.game_key": "游戏激活码",
  "kind.top_up": "代充",
  "kind.prepaid": "储值卡",
  "kind.download": "下载商品",
  "kind.service": "服务",
  "kind.account": "账号",
  failed: "商店暂时打不开",
  "failed.sub": "服务可能正在重启，稍后会自动重试。",
  foot: "这是一家演示商店，商品与订单均为虚构。",
};

export type Word = keyof typeof zh;

const en: Record<Word, string> = {
  products: "Products",
  orders: "My orders",
  theme: "Switch light and dark",
  "demo.note": "A demo store: pick a buyer at the top, open My orders, and see how support handles each.",
  "hero.title": "Digital keys, delivered as you pay",
  "hero.sub": "Game cards, memberships and keys, delivered automatically. Refunds by written terms, each decision with its reason.",
  "hero.ask": "Ask support",
  "buyer.as": "Browse as",
  guest: "Guest",
  stock: "{n} in stock",
  "stock.none": "Out of stock",
  ask: "Ask",
  "ask.product": "Is {name} in stock, and which region does it work in?",
  "orders.of": "{name}’s orders",
  "orders.anyone": "Guest orders to try",
  "orders.guest": "A guest is not signed in: enter one of these numbers and its proof in the chat to show that the order is yours.",
  "order.contact": "Contact support",
  "order.view": "View order",
  "order.back": "Back to the orders",
  "order.number": "Order",
  "order.paid": "Paid",
  "order.time": "Ordered",
  "order.proof": "Proof",
  "order.reasons": "What went wrong? Tap one and it is put into the chat.",
  "order.none": "There is no such order",
  "try.title": "Questions to try",
  "kind.gift_card": "Gift card",
  "kind.membership": "Membership",
  "kind.license": "Licence key",
  "kind.game_key": "Game key",
  "kind.top_up": "Top-up",
  "kind.prepaid": "Stored value",
  "kind.download": "Download",
  "kind.service": "Service",
  "kind.account": "Account",
  failed: "The shop cannot be opened right now",
  "failed.sub": "The service may be restarting; this page tries again by itself.",
  foot: "This is a demo store; products and orders are made up.",
};

export function word(locale: Locale, key: Word, args: Record<string, unknown> = {}): string {
  const text = (locale === "en" ? en : zh)[key];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}

/** What people really write, told by the state that their order is in. */
export const REASONS: Record<string, Record<Locale, string[]>> = {
  undelivered: {
    "zh-CN": ["付款这么久了还没发货，到哪了？", "不想等了，我要退款", "我要找人工客服"],
    en: ["I paid a while ago, where is it?", "I am done waiting, I want a refund", "I want to talk to a person"],
  },
  delivered: {
    "zh-CN": ["卡密提示无效，怎么办？", "买错区了，可以退吗？", "不想要了，我要退款"],
    en: ["The key is said to be invalid, what now?", "Wrong region, can I return it?", "I changed my mind, I want a refund"],
  },
  other: {
    "zh-CN": ["这张订单现在是什么状态？", "我要退款", "我要找人工客服"],
    en: ["What is the state of this order?", "I want a refund", "I want to talk to a person"],
  },
};

export const QUESTIONS: Record<Locale, string[]> = {
  "zh-CN": ["星云点卡付款后多久发货？", "卡密提示无效，可以退吗？", "国服的星云点卡，国际服能用吗？", "极光会员怎么激活？", "《云海拾荒者》激活码还有货吗？"],
  en: ["How long does delivery take?", "Can I get a refund for an invalid key?", "Does the China-server Nebula card work on the international server?", "How do I redeem a Nebula card?", "Is Cloudsea Scavenger in stock?"],
};

/** The catalogue names regions and platforms in its own language alone. */
const PLACES: Record<string, string> = {
  国服: "China server",
  国际服: "International server",
  全球: "Global",
  中国大陆: "Mainland China",
  星云游戏平台: "Nebula Games",
  流岚启动器: "Liulan Launcher",
  极光视频: "Aurora Video",
  星卡商城: "Star Card Store",
  "通用 WAV": "WAV",
  竹影学习: "Bamboo Learning",
};

export function place(locale: Locale, name: string): string {
  const short = name.replace(/（.*$/, "");
  return locale === "en" ? (PLACES[short] ?? short) : short;
}

/** For orders that come without a label of their own. */
export const STATES: Record<string, Record<Locale, string>> = {
  undelivered: { "zh-CN": "待发货", en: "Not delivered" },
  delivered: { "zh-CN": "已发货", en: "Delivered" },
  partial: { "zh-CN": "部分发货", en: "Partly delivered" },
  refunded: { "zh-CN": "已退款", en: "Refunded" },
  paid: { "zh-CN": "已付款", en: "Paid" },
  unpaid: { "zh-CN": "未付款", en: "Unpaid" },
  frozen: { "zh-CN": "已冻结", en: "Frozen" },
};
