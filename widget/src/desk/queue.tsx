import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../ui/icons.js";
import { Empty, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { toQueue } from "./focus.js";
import { VIEWS, type View } from "./model.js";
import { arrange, belongs, byDeadline, matches, ticketNumber } from "./queue_order.js";
import { QueueRow } from "./queue_row.js";

/** A hand that has rested this long on the list no longer holds it. */
const REST_MS = 20_000;

export function Queue() {
  const view = desk.view.value;
  return (
    <section class="queue" aria-label={desk.t("queue")}>
      <h1 class="sr">{desk.t("desk")}</h1>
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

function Search() {
  return (
    <label class="search">
      <Icon name="search" size={16} />
      <input id="queue-search" type="search" value={desk.search.value} placeholder={desk.t("queue.search")} aria-label={desk.t("queue.search")} data-testid="queue-search" onInput={(e) => desk.look(e.currentTarget.value)} onKeyDown={(e) => e.key === "Escape" && (desk.look(""), toQueue())} />
    </label>
  );
}

function wanted(view: View): string[] {
  const me = desk.me.value?.id ?? "";
  const now = desk.now.peek();
  const query = desk.search.value;
  const rows = Object.values(desk.store.rows).filter((row) => belongs(row, view, me, now) && matches(row, query, desk.term("reason", row.ticket?.reason)));
  const ids = byDeadline(rows).map((row) => row.conversation.id);
  const found = desk.found.value?.number === ticketNumber(query) ? desk.found.value?.id : undefined;
  return found && !ids.includes(found) ? [found, ...ids] : ids;
}

function List({ view }: { view: View }) {
  const box = useRef<HTMLDivElement>(null);
  const [hand, setHand] = useState(false);
  const [down, setDown] = useState(false);
  const shown = useRef<{ query: string; ids: string[] }>({ query: "", ids: [] });
  const resting = useRef(0);
  const query = desk.search.value;
  const want = wanted(view);
  const hold = shown.current.query !== query ? null : hand ? "hand" : down ? "scroll" : null;
  const { shown: ids, fresh } = arrange(shown.current.ids, want, hold);
  shown.current = { query, ids };
  desk.shown = ids;
  useFollow(box);
  const touch = () => {
    clearTimeout(resting.current);
    resting.current = window.setTimeout(() => setHand(false), REST_MS);
    if (!hand) setHand(true);
  };
  const release = () => {
    clearTimeout(resting.current);
    shown.current.ids = [];
    setHand(false);
    setDown(false);
    box.current?.scrollTo({ top: 0 });
  };
  useEffect(() => () => clearTimeout(resting.current), []);
  const inView = new Set(want);
  return (
    <div class="queue-body">
      {fresh > 0 && (
        <button type="button" class="fresh" data-testid="queue-fresh" onClick={release}>
          <Icon name="send" size={14} />
          {desk.t("queue.fresh", { n: fresh })}
        </button>
      )}
      <div class="rows" ref={box} role="list" tabIndex={-1} onMouseMove={touch} onMouseLeave={() => (clearTimeout(resting.current), setHand(false))} onScroll={(e) => setDown(e.currentTarget.scrollTop > 40)}>
        {ids.map((id) => {
          const row = desk.row(id);
          return row && <QueueRow key={id} row={row} view={view} gone={!inView.has(id)} />;
        })}
        {ids.length === 0 && <Nothing view={view} query={query} />}
        {desk.more.value[view] && (
          <button type="button" class="link more" onClick={() => desk.fetchQueue(desk.more.value[view] as string)}>{desk.t("queue.more")}</button>
        )}
      </div>
    </div>
  );
}

function Nothing({ view, query }: { view: View; query: string }) {
  if (!desk.loaded.value[view]) return <Skeleton lines={9} />;
  if (query) return <Empty icon="search" title={desk.t("queue.empty.none", { q: query })} />;
  if (view === "waiting") return <Empty icon="ok" title={desk.t("queue.empty.waiting")} sub={desk.t("queue.empty.waiting.sub")} />;
  if (view === "mine") return <Empty icon="headset" title={desk.t("queue.empty.mine")} sub={desk.t("queue.empty.mine.sub")} />;
  return <Empty icon="chat" title={desk.t("queue.empty")} />;
}

/** The row that the keys have reached comes into sight; not one that they have left meanwhile, for focus moves them back. */
function useFollow(box: { current: HTMLDivElement | null }): void {
  const at = desk.cursor.value;
  useEffect(() => {
    if (!at || at !== desk.cursor.peek()) return;
    const row = box.current?.querySelector<HTMLElement>(`[data-conversation="${CSS.escape(at)}"]`);
    row?.scrollIntoView({ block: "nearest" });
    if (box.current?.contains(document.activeElement)) row?.focus({ preventScroll: true });
  }, [at]);
}
