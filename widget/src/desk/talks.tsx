import { Connection } from "./connection.js";
import { ContextPane } from "./context.js";
import { Talk } from "./talk.js";
import { Queue } from "./queue.js";
import { desk } from "./app.js";

/** The three panes. On a phone one of them, by what is open. */
export function Talks() {
  const pane = desk.opened.value === null ? "queue" : desk.context.value ? "context" : "talk";
  return (
    <main class="talks" data-pane={pane} aria-label={desk.t("nav.talks")}>
      <h1 class="sr">{desk.t("desk")}</h1>
      <Connection />
      <Queue />
      <Talk />
      <ContextPane />
    </main>
  );
}
