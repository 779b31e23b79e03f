import { desk } from "../app.js";

const zh = {
  title: "供货商",
  sub: "问过什么、答了什么、谁的货投诉多。买家看不到这些",
  days: "时间范围",
  "days.7": "近 7 天",
  "days.30": "近 30 天",
  "days.90": "近 90 天",
  failed: "供货商的情况读不出来",
  alerts: "警报",
  alert: "{party}“{name}”：问到的 {asked} 件里有 {complaints} 件被投诉",
  "alert.none": "没有警报。{days} 天内投诉满 {complaints} 件且占到 {share}，就会有一条。",
  asked: "问过的",
  "asked.none": "这段时间没有问过供货商",
  "asked.none.sub": "在会话右侧的工单里点“问供货商”。",
  open: "打开会话",
  rates: "投诉率",
  "rates.sub": "分母是买家来问过的商品件数，不是卖出的件数",
  "rates.none": "这段时间没有买家问到商品",
  "rates.few": "样本少",
  name: "名称",
  complaints: "投诉",
  seen: "问到",
  share: "占比",
  supplier: "供货商",
  distributor: "分销商",
  batch: "批次",
} as const;
type SupplierWord = keyof typeof zh;

const en: Record<SupplierWord, string> = {
  title: "Suppliers",
  sub: "What was asked, what came back, and whose goods are complained of. Buyers see none of it",
  days: "Time range",
  "days.7": "7 days",
  "days.30": "30 days",
  "days.90": "90 days",
  failed: "The suppliers cannot be read",
  alerts: "Alerts",
  alert: "{party} “{name}”: {complaints} complaints among {asked} lines asked about",
  "alert.none": "No alert. One is raised at {complaints} complaints within {days} days, if they are {share} of what was asked about.",
  asked: "Asked",
  "asked.none": "No supplier was asked in this time",
  "asked.none.sub": "Ask from the ticket beside a conversation.",
  open: "Open the conversation",
  rates: "Complaint rates",
  "rates.sub": "Of the order lines that buyers asked about, not of what was sold",
  "rates.none": "No buyer asked about goods in this time",
  "rates.few": "few",
  name: "Name",
  complaints: "Complaints",
  seen: "Asked about",
  share: "Share",
  supplier: "Supplier",
  distributor: "Distributor",
  batch: "Batch",
};

export function t(key: SupplierWord, args: Record<string, unknown> = {}): string {
  const text: string = desk.locale.value === "en" ? en[key] : zh[key];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}
