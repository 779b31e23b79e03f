import type { Reports } from "../model.js";
import { desk } from "../app.js";
import { save } from "../save.js";
import type { Group } from "./groups.js";
import { label } from "./measure.js";

const HEAD = ["measure", "name", "bucket", "group", "n", "value", "unit"];

/** Every number of the page, a line each. */
export function tableOf(reports: Reports, groups: readonly Group[]): string {
  const lines: (string | number | null)[][] = [HEAD];
  for (const measure of reports.measures) {
    const { key, n, value, unit } = measure;
    lines.push([key, label(measure), "", "", n, value, unit]);
    for (const bucket of measure.buckets ?? []) lines.push([key, label(measure), bucket.key, "", bucket.n, null, ""]);
    for (const one of groups.filter((group) => group.key === key)) lines.push([key, label(measure), "", one.label, one.n, one.value, one.unit]);
  }
  return lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** What a spreadsheet would reckon with is kept as text. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** With the mark by which spreadsheets know UTF-8. */
export function saveTable(table: string, range: { since: string; until: string }): void {
  const name = `reports-${desk.me.peek()?.shop}-${range.since.slice(0, 10)}-${range.until.slice(0, 10)}.csv`;
  save(new Blob(["\ufeff", table], { type: "text/csv;charset=utf-8" }), name);
}
