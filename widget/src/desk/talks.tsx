import { Connection } from "./connection.js";
import { ContextPane } from "./context.js";
import { Talk } from "./talk.js";
import { Queue } from "./queue.js";
import { desk } from "./app.js";

/** The three panes. On a phone one of them, by what is open. */
export function Talks() {
  const pane = desk.opened.value === null ? "queue" : desk.context.value ? "context" : "talk";
  return (
    <div class="talks" data-pane={pane}>
      <Connection />
      <Queue />
      <Talk />
      <ContextPane />
    </div>
  );
}
