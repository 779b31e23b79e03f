import { Icon } from "../../ui/icons.js";
import { desk } from "../app.js";
import type { Finding } from "./model.js";
import { t } from "./words.js";

/** What the shop's readers say, faults first; each leads to its place. */
export function Findings({ all, path, bodyLine, go }: { all: Finding[]; path: string; bodyLine: number; go: (one: Finding) => void }) {
  const lang = desk.locale.value === "en" ? "en" : "zh";
  const place = (one: Finding): string => {
    if (one.file !== path) return `${one.file}:${one.line}`;
    if (one.field && path !== "shop.toml") return t("finding.field", { field: one.field });
    return t("finding.line", { n: Math.max(1, one.line - bodyLine + 1) });
  };
  return (
    <ul class="findings" aria-live="polite" aria-label={t("findings")} data-testid="findings">
      {all.map((one, at) => (
        <li key={at} data-severity={one.severity} data-testid="finding">
          <Icon name={one.severity === "fault" ? "no" : "alert"} size={16} />
          <button type="button" class="link" onClick={() => go(one)}>{place(one)}</button>
          <span dir="auto"><b class="sr">{t(one.severity === "fault" ? "finding.fault" : "finding.warning")}</b> {[one.message[lang], one.remedy[lang]].filter(Boolean).join(lang === "en" ? "; " : "；")}</span>
        </li>
      ))}
    </ul>
  );
}
