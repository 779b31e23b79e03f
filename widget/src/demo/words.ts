import type { Locale } from "../core/i18n.js";

const zh = {
  products: "商品",
  orders: "我的订单",
  theme: "切换深浅色",
  "demo.note": "演示商店：选一位买家，看看客服怎样处理他的订单。",
  "hero.title": "数字卡密，付款即发",
  "hero.sub": "礼品卡、会员与软件密钥。自动发货，不满意按条款退。",
  "hero.ask": "咨询客服",
  "buyer.as": "以谁的身份浏览",
  guest: "游客",
  stock: "现货 {n}",
  "stock.none": "缺货",
  ask: "咨询",
  "ask.product": "{name} 现在有货吗？哪个区能用？",
  "orders.of": "{name} 的订单",
  "orders.guest": "游客没有登录。用下面的订单号和凭证，就能在对话里核验身份：",
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
  "demo.note": "A demo store: pick a buyer and see how support handles their orders.",
  "hero.title": "Digital keys, delivered as you pay",
  "hero.sub": "Gift cards, memberships and software keys. Automatic delivery, refunds by clear terms.",
  "hero.ask": "Ask support",
  "buyer.as": "Browse as",
  guest: "Guest",
  stock: "{n} in stock",
  "stock.none": "Out of stock",
  ask: "Ask",
  "ask.product": "Is {name} in stock, and which region does it work in?",
  "orders.of": "{name}’s orders",
  "orders.guest": "A guest is not signed in. With one of these numbers and proofs you can verify yourself in the chat:",
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
  "zh-CN": ["付款后多久发货？", "卡密无效可以退吗？", "美区礼品卡国区账号能用吗？", "你们的卡是正品授权吗？", "支持哪些付款方式？"],
  en: ["How long does delivery take?", "Can I get a refund for an invalid key?", "Does a US card work on a Chinese account?", "Are your cards genuine and authorised?", "How can I pay?"],
};

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
