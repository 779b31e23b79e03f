import { useEffect, useState } from "preact/hooks";
import { desk } from "../app.js";
import type { Unanswered } from "../model.js";
import { t } from "./words.js";

const FIRST = 5;
const DAYS = 30;

/** What was asked most and nothing answered, a step from the article that would answer it. */
export function TopAsked() {
  const [found, setFound] = useState<Unanswered | null>(null);
  useEffect(() => {
    let here = true;
    desk.api.unanswered(DAYS).then((r) => here && setFound(r), () => {});
    return () => void (here = false);
  }, []);
  if (!found?.clusters.length) return null;
  return (
    <section class="measure" data-testid="report-unanswered" aria-label={t("asked")}>
      <header><h2>{t("asked")}</h2><button type="button" class="link quiet" onClick={() => desk.go("unanswered")}>{t("asked.all")}</button></header>
      <ol class="top-asked">
        {found.clusters.slice(0, FIRST).map((group) => (
          <li key={group.id}><span dir="auto">{group.title}</span><b class="num">{group.n}</b><button type="button" class="link quiet" data-testid="report-write" onClick={() => desk.go("unanswered", group.id)}>{desk.t("asked.write")}</button></li>
        ))}
      </ol>
    </section>
  );
}
