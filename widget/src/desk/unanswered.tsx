import { useEffect, useState } from "preact/hooks";
import { Chip, Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { ArticleDraft } from "./article_draft.js";
import { Connection } from "./connection.js";
import type { AskedGroup, Unanswered } from "./model.js";
import type { Word } from "./words.js";

const DAYS = [7, 30, 180] as const;
/** Ways of asking that are shown before the rest is asked for. */
const SHOWN = 4;

/** What buyers asked and nothing answered, in groups, each a step from the article that would answer it. */
export function UnansweredPage() {
  const [days, setDays] = useState<(typeof DAYS)[number]>(30);
  const [found, setFound] = useState<Unanswered | "failed" | null>(null);
  const [tried, setTried] = useState(0);
  const [writing, setWriting] = useState<AskedGroup | null>(null);
  useEffect(() => {
    let here = true;
    setFound(null);
    const show = (r: Unanswered) => (setFound(r), setWriting(r.clusters.find((group) => group.id === desk.place.peek()) ?? null));
    desk.api.unanswered(days).then((r) => here && show(r), () => here && setFound("failed"));
    return () => void (here = false);
  }, [days, tried]);
  return (
    <div class="reports-page">
      <Connection />
      <main class="reports narrow" data-testid="unanswered" tabIndex={-1}>
        <header class="reports-head">
          <div>
            <h1>{desk.t("asked")}</h1>
            <p class="faint">{found && found !== "failed" ? desk.t("asked.sum", { n: found.questions, groups: found.n }) : desk.t("asked.sub")}</p>
          </div>
          <div class="seg" role="radiogroup" aria-label={desk.t("reports.range")}>
            {DAYS.map((one) => <button type="button" role="radio" key={one} aria-checked={days === one} data-testid={`asked-days-${one}`} onClick={() => setDays(one)}>{desk.t(`asked.days.${one}`)}</button>)}
          </div>
        </header>
        {found === null && <Skeleton lines={9} />}
        {found === "failed" && <Empty icon="alert" title={desk.t("asked.failed")}><button type="button" class="btn line" onClick={() => setTried(tried + 1)}>{desk.t("talk.retry")}</button></Empty>}
        {found && found !== "failed" && (found.n === 0
          ? <Empty icon="ok" title={desk.t("asked.none")} sub={desk.t("asked.none.sub")} />
          : <ol class="asked-list">{found.clusters.map((group) => <Group key={group.id} group={group} write={() => setWriting(group)} />)}</ol>)}
      </main>
      {writing && <ArticleDraft key={writing.id} group={writing} close={() => setWriting(null)} />}
    </div>
  );
}

function Group({ group, write }: { group: AskedGroup; write: () => void }) {
  const [gone, setGone] = useState(false);
  const [all, setAll] = useState(false);
  const dismiss = (dismissed: boolean) => {
    setGone(dismissed);
    desk.api.dismiss(group.messages, dismissed).catch(() => (setGone(!dismissed), desk.toast(desk.t("error.other"), "bad")));
  };
  const shown = all ? group.asked : group.asked.slice(0, SHOWN);
  if (gone) {
    return (
      <li class="asked gone" data-testid="asked-group" data-id={group.id}>
        <span dir="auto">{desk.t("asked.gone", { title: group.title })}</span>
        <button type="button" class="btn line" data-testid="asked-undo" onClick={() => dismiss(false)}>{desk.t("asked.undo")}</button>
      </li>
    );
  }
  return (
    <li class="asked" data-testid="asked-group" data-id={group.id}>
      <b class="asked-n num" aria-hidden="true">{group.n}</b>
      <div class="asked-in">
        <header>
          <h2 dir="auto" lang={group.lang}>{group.title}</h2>
          <p class="faint">
            <span>{desk.t("asked.times", { n: group.n })}</span>
            <span class="num">{span(group)}</span>
            {Object.entries(group.kinds).map(([kind, n]) => <Chip key={kind} tone={kind === "unknown" ? "warn" : "neutral"}>{desk.t(`asked.kind.${kind}` as Word, { n })}</Chip>)}
          </p>
        </header>
        {group.asked.length > 1 && <ul>
          {shown.map((said) => (
            <li key={said.text}>
              <button type="button" class="asked-words" data-testid="asked-words" title={desk.t("asked.open")} onClick={() => desk.open(said.conversation)}>
                <span dir="auto" lang={said.lang}>{said.text}</span>
                {said.n > 1 && <b class="num">× {said.n}</b>}
                <small class="num">{desk.time(said.at)}</small>
              </button>
            </li>
          ))}
        </ul>}
        <footer>
          {group.asked.length > SHOWN && <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>{desk.t(all ? "asked.fewer" : "asked.more", { n: group.asked.length - SHOWN })}</button>}
          {group.asked.length === 1 && <button type="button" class="link quiet" data-testid="asked-words" onClick={() => desk.open(group.asked[0]!.conversation)}>{desk.t("asked.open")}</button>}
          <span class="row-gap" />
          <button type="button" class="link quiet" data-testid="asked-dismiss" onClick={() => dismiss(true)}>{desk.t("asked.dismiss")}</button>
          <button type="button" class="btn soft" data-testid="asked-write" onClick={write}>{desk.t("asked.write")}</button>
        </footer>
      </div>
    </li>
  );
}

function span(group: AskedGroup): string {
  const [first, last] = [desk.time(group.first_at), desk.time(group.last_at)];
  return first === last ? last : `${first} – ${last}`;
}
