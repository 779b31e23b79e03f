import { Icon } from "../ui/icons.js";
import { Attached } from "../ui/files/attached.js";
import { Markdown } from "../ui/markdown.js";
import { desk } from "./app.js";
import { deskFiles, filesOf } from "./files.js";

/** What we wrote and the server does not have yet: first five seconds to take it back, then on its way. */
export function PendingRows({ conversation }: { conversation: string }) {
  void desk.store;
  const connected = desk.client.synced;
  const waiting = desk.delayed.of(conversation);
  const sent = desk.client.commands.pending(conversation);
  const seconds = (due: number) => Math.max(1, Math.ceil((due - Math.max(desk.now.value, due - 5000)) / 1000));
  return (
    <>
      {sent.map(({ id, t, d }) => (
        <li key={id} class={t === "note" ? "memo pending" : "say out agent pending"} data-testid="pending" data-kind={t}>
          {d["text"] !== "" && <div class={t === "note" ? "" : "bubble"} dir="auto"><Markdown text={String(d["text"])} /></div>}
          <Attached host={deskFiles} parts={filesOf(d)} />
          <span class="line-foot"><Icon name="clock" size={13} />{desk.t(connected ? "sending" : "queued")}</span>
        </li>
      ))}
      {waiting.map((item) => (
        <li key={item.id} class="say out agent pending" data-testid="pending" data-kind="delayed">
          {item.text && <div class="bubble" dir="auto"><Markdown text={item.text} /></div>}
          <Attached host={deskFiles} parts={item.files} />
          <span class="line-foot">
            <span class="num">{desk.t("undo.left", { n: seconds(item.due) })}</span>
            <button type="button" class="link" data-testid="undo" onClick={() => desk.undo(item.id)}>{desk.t("undo")}</button>
            <button type="button" class="link" data-testid="undo-now" onClick={() => desk.delayed.now(item.id)}>{desk.t("undo.now")}</button>
          </span>
        </li>
      ))}
    </>
  );
}
