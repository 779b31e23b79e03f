/** Names of the record's own terms, in an agent's words. Terms that are not here are shown as they are. */
import type { Locale } from "../core/i18n.js";
import { fact, priority, queue, reason as reasons, request, state, verdict, type Table } from "./terms.js";

const reason: Table = { ...reasons, changed_mind: ["不想要了", "changed their mind"] };

/** Why a ticket may be opened. */
export const REASONS: readonly string[] = Object.keys(reason);

/** Why the policy refuses. A shop may name reasons of its own: then the clause beside it says more than we can. */
const refusal: Table = {
  price_guarantee_over: ["已超过价保期", "the price guarantee is over"],
  price_not_lower: ["现价不低于购买价", "the price has not fallen"],
  no_return_confirmed: ["购买时已确认不支持无理由退货", "no-return was confirmed at purchase"],
  out_of_warranty: ["已超过质保期", "out of warranty"],
  not_price_protected: ["没有价保承诺", "no price protection promised"],
  already_refunded: ["已经退款", "refunded already"],
};

/** Kinds of products and of delivery. */
const value: Table = {
  auto: ["自动", "automatic"],
  manual: ["人工", "by hand"],
  upstream: ["上游", "by the supplier"],
  gift_card: ["礼品卡", "gift card"],
  game_key: ["游戏激活码", "game key"],
  license: ["软件许可", "licence"],
  membership: ["会员", "membership"],
  top_up: ["代充", "top-up"],
  prepaid: ["储值卡", "prepaid card"],
  download: ["下载商品", "download"],
  account: ["账号席位", "account seat"],
  service: ["服务", "service"],
};

const ticket: Table = {
  new: ["待接入", "waiting"],
  open: ["处理中", "in progress"],
  waiting_buyer: ["等买家回复", "waiting for the buyer"],
  waiting_supplier: ["等供应商回复", "waiting for the supplier"],
  waiting_approval: ["等审批", "waiting for approval"],
  snoozed: ["已延后", "snoozed"],
  resolved: ["已解决", "resolved"],
  closed: ["已关闭", "closed"],
};

const source: Table = {
  store: ["订单系统", "order system"],
  catalogue: ["商品目录", "catalogue"],
  buyer: ["买家说明", "the buyer"],
  clock: ["时钟", "clock"],
  assumed: ["店铺设定", "set by the shop"],
  record: ["本系统记录", "our record"],
  person: ["人工", "a person"],
  refunds: ["本店已退款记录", "our own refunds"],
  supposed: ["假设", "supposed"],
};

/** What a message may be about that is no reason of a ticket. */
const topic: Table = {
  stock: ["有没有货", "in stock"],
  region: ["区服", "region"],
  authenticity: ["正品与授权", "genuine, authorised"],
  how_to_use: ["怎么用", "how to use it"],
  delivery_time: ["多久发货", "delivery time"],
  refund_policy: ["退款规则", "refund rules"],
  coupon_how: ["优惠券怎么用", "using a coupon"],
  invoice_how: ["怎么开票", "invoices"],
  wholesale: ["批发", "wholesale"],
  price: ["价格", "price"],
  payment_methods: ["支付方式", "ways to pay"],
  minors_buy: ["未成年人购买", "minors buying"],
  prohibited: ["不卖的东西", "what is not sold"],
  cannot_find_key: ["找不到卡密", "cannot find the key"],
  manual_wait: ["等人工发货", "waiting for delivery by hand"],
  coupon_problem: ["优惠券用不了", "coupon trouble"],
  refund_when: ["退款何时到", "when the refund comes"],
  refund_where: ["退到哪里", "where the refund goes"],
  real_name: ["实名", "real name"],
  wallet: ["余额", "wallet"],
  commission: ["佣金", "commission"],
  withdrawal: ["提现", "withdrawal"],
  out_of_scope: ["与店无关", "not the shop’s matter"],
  order_status: ["订单状态", "order state"],
  cancel: ["取消订单", "cancelling"],
  product_info: ["商品信息", "about a product"],
  shop_profile: ["店铺介绍", "about the shop"],
  hours: ["营业时间", "hours"],
  greeting: ["问候", "greeting"],
  thanks: ["道谢", "thanks"],
  goodbye: ["道别", "goodbye"],
  affirm: ["同意", "yes"],
  deny: ["否定", "no"],
  identify: ["报订单号或验证信息", "number or proof given"],
  evidence: ["发来凭证", "evidence"],
  correction: ["更正", "correction"],
  feedback_bad: ["不满意", "not satisfied"],
  feedback_good: ["满意", "satisfied"],
};

/** What the assistant notes of a turn. */
const step: Table = {
  engine: ["理解方式", "understood by"],
  topic: ["话题", "topic"],
  confidence: ["把握", "confidence"],
  stance: ["态度", "stance"],
  request: ["诉求", "request"],
  plan: ["处理方式", "plan"],
  access: ["订单", "order"],
  answerable: ["资料支持度", "found in the articles"],
  flags: ["标记", "flags"],
  found: ["找到的资料", "found"],
  verdict: ["判定", "verdict"],
  reading: ["模型的理解", "the model’s reading"],
  rewording: ["模型的措辞", "the model’s words"],
  ms: ["各步用时（毫秒）", "each step (ms)"],
  total_ms: ["用时（毫秒）", "time (ms)"],
};

/** What a step is made of: who or what did it, and what came of it. */
const part: Table = {
  case: ["说自己的订单", "of an own order"],
  general: ["一般问题", "in general"],
  other: ["其他", "otherwise"],
  wordless: ["没有文字", "no words"],
  pinyin: ["拼音", "pinyin"],
  opened: ["已打开", "opened"],
  need_number: ["等订单号", "number asked for"],
  need_proof: ["等验证信息", "proof asked for"],
  no_match: ["没有对上", "no match"],
  wait: ["试得太多，要等", "too many tries, waiting"],
  unavailable: ["店铺系统连不上", "store unavailable"],
  no_source: ["没有接订单", "no order source"],
  unneeded: ["不需要", "not needed"],
  rules: ["规则", "rules"],
  model: ["模型", "a model"],
  guard: ["整理文字", "fold"],
  understand: ["理解", "understand"],
  plan: ["选择方式", "plan"],
  retrieve: ["查资料", "search"],
  locate: ["查订单", "order"],
  judge: ["判定", "decide"],
  compose: ["组织", "compose"],
  verify: ["核验", "verify"],
  reword: ["模型措辞", "reword"],
  topic: ["话题", "topic"],
  stance: ["态度", "stance"],
  request: ["诉求", "request"],
  agrees: ["与规则一致", "agrees with the rules"],
  used: ["已采用", "used"],
  failed: ["没有用上，因为", "not used:"],
  ms: ["毫秒", "ms"],
  sent: ["已发送的句子", "sentences sent"],
  kept: ["保留原句", "kept as composed"],
  refused: ["核验未通过", "refused by checks"],
  true: ["是", "yes"],
  false: ["否", "no"],
  slow: ["超时", "too slow"],
  busy: ["太忙", "too busy"],
  resting: ["暂停使用", "left alone"],
  stopped: ["已停止", "stopped"],
  malformed: ["格式不对", "malformed"],
  slots: ["事实缺失或多出", "facts missing or added"],
  numbers: ["数字", "figures"],
  addresses: ["链接或地址", "links, addresses"],
  markup: ["标记", "markup"],
  "touches more": ["多出的承诺", "added promises"],
  drops: ["漏掉的内容", "left out"],
  "denies more": ["多出的否定", "added denials"],
  "asks otherwise": ["改成了提问", "made a question"],
  private: ["隐私", "private"],
  foreign: ["语言", "language"],
  rambles: ["过长", "too long"],
  unended: ["没说完", "broken off"],
  unlike: ["意思不同", "another meaning"],
};

const plan: Table = {
  confirm: ["确认", "confirmation"],
  contest: ["复核", "review"],
  human: ["转人工", "to a person"],
  refuse: ["不提供", "not offered"],
  social: ["寒暄", "small talk"],
  case: ["按订单办理", "from the order"],
  question: ["按资料回答", "from the articles"],
  unsure: ["先问清楚", "unsure"],
};

const TABLES = { step, part, topic: { ...reason, ...topic }, plan, reason, refusal, queue, value, priority, ticket, request, verdict, state, fact, source };
export type Term = keyof typeof TABLES;

/** Why it was refused, in words whatever the shop called it. */
export function refusalWord(locale: Locale, key: string): string {
  const kind = key in refusal ? "refusal" : key in reason ? "reason" : null;
  if (kind) return term(locale, kind, key);
  return locale === "zh-CN" ? "不符合政策条件，见条款" : "The clause’s conditions are not met";
}

export function term(locale: Locale, kind: Term, key: string | null | undefined): string {
  if (!key) return "";
  const found = TABLES[kind][key];
  if (!found) return key.replace(/[._]/g, " ");
  const text = found[locale === "zh-CN" ? 0 : 1];
  return text.charAt(0).toUpperCase() + text.slice(1);
}
