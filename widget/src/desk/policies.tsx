import { useEffect, useState } from "preact/hooks";
import { dateTime } from "../core/format.js";
import { Chip, Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { Connection } from "./connection.js";
import type { Publication, PublicationWords } from "./model.js";

const SIGNS = { "+": "policies.new", "-": "policies.gone", "~": "policies.changed" } as const;

/** What was published of the shop's policies, when and by whom, and what each publication changed. For admins. */
export function PoliciesPage() {
  const [found, setFound] = useState<Publication[] | "failed" | null>(null);
  const [tried, setTried] = useState(0);
  const admin = desk.me.value?.role === "admin";
  useEffect(() => {
    let here = true;
    setFound(null);
    if (admin) desk.api.policies().then((r) => here && setFound(r.publications), () => here && setFound("failed"));
    return () => void (here = false);
  }, [tried, admin]);
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports narrow" data-testid="policies" tabIndex={-1}>
        <header class="reports-head">
          <div>
            <h1>{desk.t("policies")}</h1>
            <p class="faint">{desk.t("policies.sub")}</p>
          </div>
        </header>
        {!admin && <Empty icon="alert" title={desk.t("policies.admin")} />}
        {admin && found === null && <Skeleton lines={7} />}
        {found === "failed" && <Empty icon="alert" title={desk.t("policies.failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty>}
        {found && found !== "failed" && (found.length === 0
          ? <Empty icon="ok" title={desk.t("policies.none")} />
          : <ol class="asked-list">{found.map((one, place) => <Entry key={one.n} one={one} first={place === 0} />)}</ol>)}
      </main>
    </div>
  );
}

function Entry({ one, first }: { one: Publication; first: boolean }) {
  const [open, setOpen] = useState(first);
  return (
    <li class="asked" data-testid="publication" data-n={one.n}>
      <b class="asked-n num" aria-label={desk.t("policies.n", { n: one.n })}>{one.n}</b>
      <div class="asked-in">
        <header>
          <h2>{[dateTime(one.at, desk.locale.value), one.by].filter(Boolean).join(" · ")}</h2>
          <span class="chips">
            {one.versions.map((each) => (
              <Chip key={each.policy + each.effective}><span>{desk.t(`policies.${each.change}`, { policy: each.policy, day: each.effective })}</span></Chip>
            ))}
          </span>
        </header>
        {one.note && <p dir="auto">{one.note}</p>}
        <details class="published" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary data-testid="publication-diff">{desk.t("policies.diff")}</summary>
          {open && <Diff n={one.n} />}
        </details>
      </div>
    </li>
  );
}

/** The clauses that came, went or changed, in words; signs and not only colours say which. */
function Diff({ n }: { n: number }) {
  const [words, setWords] = useState<PublicationWords["words"] | "failed" | null>(null);
  const lang = desk.locale.value;
  useEffect(() => {
    let here = true;
    desk.api.policy(n, lang).then((r) => here && setWords(r.words), () => here && setWords("failed"));
    return () => void (here = false);
  }, [n, lang]);
  if (words === null) return <Skeleton lines={4} />;
  if (words === "failed") return <p class="faint">{desk.t("policies.failed")}</p>;
  return (
    <ul class="diff" data-testid="publication-words">
      {words.map((line, place) => (
        <li key={place} class={`depth-${line.depth}`} data-sign={line.sign || undefined} dir="auto">
          {line.sign && <b class="diff-sign" role="img" aria-label={desk.t(SIGNS[line.sign])}>{line.sign}</b>}
          <span>{line.text}</span>
        </li>
      ))}
    </ul>
  );
}
