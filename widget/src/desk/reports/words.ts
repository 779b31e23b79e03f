import { desk } from "../app.js";

const zh = {
  own: "自选",
  since: "从",
  until: "到",
  by: "分组",
  "by.none": "不分组",
  "by.agent": "客服",
  "by.team": "团队",
  "by.product": "商品",
  "by.supplier": "供货商",
  "by.clause": "条款",
  "by.empty": "这段时间没有可以这样分组的数据",
  "by.failed": "分组读不出来",
  csv: "下载 CSV",
  asked: "没有答上来的问题，近 30 天",
  "asked.all": "查看全部",
} as const;
type ReportWord = keyof typeof zh;

const en: Record<ReportWord, string> = {
  own: "Dates",
  since: "From",
  until: "To",
  by: "Group by",
  "by.none": "No groups",
  "by.agent": "Agent",
  "by.team": "Team",
  "by.product": "Product",
  "by.supplier": "Supplier",
  "by.clause": "Clause",
  "by.empty": "Nothing in this time can be grouped so",
  "by.failed": "The groups cannot be read",
  csv: "Download CSV",
  asked: "Questions without an answer, 30 days",
  "asked.all": "See all",
};

export function t(key: ReportWord): string {
  return desk.locale.value === "en" ? en[key] : zh[key];
}
