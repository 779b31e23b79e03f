import { desk } from "../app.js";

const zh = {
  title: "证据 {number}",
  sub: "每一条都有来源、时间和散列，只增不改",
  whole: "证据链完整，{n} 条",
  broken: "从第 {n} 条起对不上",
  "broken.sub": "第 {n} 条与它所记的内容或前一条不符：记录被改动过。请不要对外提供，并通知管理员。",
  failed: "证据读不出来",
  missing: "没有这张工单",
  store: "店铺系统暂时连不上，订单现状没有更新。",
  back: "回到会话",
  read: "打开可打印的页面",
  take: "下载（店铺存档）",
  "take.buyer": "下载（给买家，已遮盖）",
  "read.buyer": "买家版页面",
  taken: "已下载。核对摘要 {digest}…",
  "take.failed": "没有下载成功，请重试",
  all: "全部 {n}",
  filter: "证据种类",
  added: "{time} 记入",
  ai: "AI 生成",
  erased: "部分内容已依法删除",
  hash: "散列",
  more: "再显示 {n} 条",
  find: "写下核实结果",
  "find.hint": "您查明了什么、在哪里查到的。买家版里没有。",
  "find.save": "记入证据",
  "find.done": "已记入证据",
  empty: "还没有证据",
} as const;
type EvidenceWord = keyof typeof zh;

const en: Record<EvidenceWord, string> = {
  title: "Evidence of {number}",
  sub: "Each item has its source, time and hash, and is only ever added",
  whole: "Chain verified, {n} items",
  broken: "Breaks at item {n}",
  "broken.sub": "Item {n} does not fit what it holds or the item before it: the record was altered. Hand nothing out, and tell an admin.",
  failed: "The evidence cannot be read",
  missing: "There is no such ticket",
  store: "The store cannot be reached now, so the order is not as of today.",
  back: "To the conversation",
  read: "Open the printable page",
  take: "Download (the shop's own)",
  "take.buyer": "Download (for the buyer, redacted)",
  "read.buyer": "The buyer's page",
  taken: "Downloaded. Digest to verify it by: {digest}…",
  "take.failed": "That was not downloaded. Try again",
  all: "All {n}",
  filter: "Kinds of evidence",
  added: "added {time}",
  ai: "AI-generated",
  erased: "Some of it was erased by law",
  hash: "Hash",
  more: "Show {n} more",
  find: "Add a finding",
  "find.hint": "What you found out, and where. The buyer's copy leaves it out.",
  "find.save": "Add to the evidence",
  "find.done": "Added to the evidence",
  empty: "No evidence yet",
};

export function t(key: EvidenceWord, args: Record<string, unknown> = {}): string {
  const text: string = desk.locale.value === "en" ? en[key] : zh[key];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}
