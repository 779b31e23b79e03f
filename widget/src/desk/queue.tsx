import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { BulkBar } from "./bulk_bar.js";
import { toQueue } from "./focus.js";
import { VIEWS, type View } from "./model.js";
import { arrange, foundIn, wanted } from "./queue_order.js";
import { QueueRow } from "./queue_row.js";
import { Rows } from "./rows.js";

/** A hand that has rested this long on the list no longer holds it. */
const REST_MS = 20_000;

export function Queue() {
  const view = desk.view.value;
  return (
    <section class="queue" aria-label={desk.t("queue")}>
      <Views />
      <Search />
      <List key={view} view={view} />
    </section>
  );
}

function Views() {
  const counts = desk.store.counts(desk.now.value);
  return (
    <div class="views" role="tablist" aria-label={desk.t("views")}>
      {VIEWS.map((view) => (
        <button type="button" role="tab" key={view} class={view === "overdue" && counts[view] ? "view hot" : "view"} aria-selected={desk.view.value === view} data-testid={`view-${view}`} data-count={counts[view]} onClick={() => desk.show(view)}>
          <span>{desk.t(`view.${view}`)}</span>
          <b class="num">{counts[view]}</b>
        </button>
      ))}
    </div>
  );
}

/** From the words to what they find: the first is opened, or the hand goes into the list. */
function keys(event: KeyboardEvent): void {
  if (event.isComposing) return;
  const first = desk.shown[0];
  if (event.key === "Escape") desk.look(""), toQueue();
  else if (first && (event.key === "ArrowDown" || event.key === "Enter")) {
    desk.cursor.value = first;
    if (event.key === "Enter") desk.open(first);
    requestAnimationFrame(() => document.querySelector<HTMLElement>(".row.at")?.focus());
  } else return;
  event.preventDefault();
}

function Search() {
  const busy = /^(typing|loading)$/.test(desk.search.found.value?.state ?? "");
  return (
    <label class={busy ? "search busy" : "search"}>
      <Icon name="search" size={16} />
      <input id="queue-search" type="search" value={desk.query.value} maxLength={200} placeholder={desk.t("queue.search.hint")} aria-label={desk.t("queue.search")} data-testid="queue-search" onInput={(e) => desk.look(e.currentTarget.value)} onKeyDown={keys} />
    </label>
  );
}

function List({ view }: { view: View }) {
  const [hand, setHand] = useState(false);
  const [down, setDown] = useState(false);
  const shown = useRef<{ query: string; ids: string[] }>({ query: "", ids: [] });
  const resting = useRef(0);
  const found = desk.search.found.value;
  const query = found?.query ?? "";
  const want = found ? foundIn(desk.store.rows, found) : wanted(desk.store.rows, view, desk.me.value?.id ?? "", desk.now.peek());
  const hold = found || shown.current.query !== query ? null : hand ? "hand" : down ? "scroll" : null;
  const { shown: ids, fresh } = arrange(shown.current.ids, want, hold);
  shown.current = { query, ids };
  desk.shown = ids;
  const touched = (on: boolean) => {
    clearTimeout(resting.current);
    if (on) resting.current = window.setTimeout(() => setHand(false), REST_MS);
    setHand(on);
  };
  const release = () => {
    clearTimeout(resting.current);
    shown.current.ids = [];
    setHand(false);
    setDown(false);
    document.querySelector(".rows")?.scrollTo({ top: 0 });
  };
  useEffect(() => () => clearTimeout(resting.current), []);
  const said = new Map(found?.rows.map((row) => [row.conversation.id, row.found?.text]));
  const inView = fresh > 0 || hold ? new Set(want) : null;
  return (
    <>
    <BulkBar shown={ids} />
    <div class="queue-body">
      {fresh > 0 && (
        <button type="button" class="fresh" data-testid="queue-fresh" onClick={release}>
          <Icon name="send" size={14} />
          {desk.t("queue.fresh", { n: fresh })}
        </button>
      )}
      <Rows
        key={query}
        ids={ids}
        label={desk.t(found ? "queue.found" : `view.${view}`)}
        draw={(id) => {
          const row = desk.row(id);
          return row && <QueueRow row={row} view={found ? "all" : view} gone={inView !== null && !inView.has(id)} said={said.get(id)} />;
        }}
        more={() => (found ? desk.search.more() : desk.pages.more(view))}
        scrolled={setDown}
        touched={touched}
      >
        {found ? <Outcome n={ids.length} /> : ids.length === 0 && <Nothing view={view} />}
      </Rows>
    </div>
    </>
  );
}

/** What is to be said of a search beside its rows. */
function Outcome({ n }: { n: number }) {
  const { query, state, behind } = desk.search.found.value ?? { query: "", state: "done", behind: 0 };
  if (state === "failed")
    return (
      <div class="search-told" role="alert" data-testid="search-failed">
        <p>{desk.t("search.failed")}</p>
        <button type="button" class="btn line" data-testid="search-again" onClick={() => desk.search.again()}>{desk.t("search.again")}</button>
      </div>
    );
  if (state !== "done") return n === 0 || state === "more" ? <Skeleton lines={n === 0 ? 9 : 2} /> : null;
  return (
    <>
      {n === 0 && <Empty icon="search" title={desk.t("queue.empty.none", { q: query })} sub={desk.t("queue.empty.none.sub")} />}
      {behind > 0 && <p class="search-told faint" data-testid="search-behind">{desk.t("search.behind", { n: behind })}</p>}
    </>
  );
}

function Nothing({ view }: { view: View }) {
  if (!desk.pages.loaded.value[view]) return <Skeleton lines={9} />;
  if (view === "waiting") return <Empty icon="ok" title={desk.t("queue.empty.waiting")} sub={desk.t("queue.empty.waiting.sub")} />;
  if (view === "mine") return <Empty icon="headset" title={desk.t("queue.empty.mine")} sub={desk.t("queue.empty.mine.sub")} />;
  return <Empty icon="chat" title={desk.t("queue.empty")} />;
}
