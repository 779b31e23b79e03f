import { useEffect, useState } from "preact/hooks";
import { Skeleton } from "../../ui/kit.js";
import { desk } from "../app.js";
import { close, DialogFrame } from "../dialog_frame.js";
import { MessageRow } from "../message.js";
import type { Detail } from "../model.js";
import { endOf, type Solved } from "./similar.js";
import { t } from "./words.js";

/** A solved ticket to be read beside the open one: how it ended, and what was said. */
export function PastDialog({ solved }: { solved: Solved }) {
  const [detail, setDetail] = useState<Detail | "failed" | null>(null);
  useEffect(() => {
    let here = true;
    desk.api.detail(solved.conversation, desk.locale.peek()).then((d) => here && setDetail(d), () => here && setDetail("failed"));
    return () => void (here = false);
  }, [solved.conversation]);
  const leave = () => (close(), desk.open(solved.conversation));
  return (
    <DialogFrame title={`${solved.ticket.number} · ${desk.term("reason", solved.ticket.reason)}`} sub={t("past.read")} testid="dialog-past" className="past">
      <p class="past-end" data-testid="past-end"><small>{t("past.outcome")}</small><b dir="auto">{endOf(solved)}</b></p>
      <div class="past-talk" tabIndex={0}>
        {detail === null ? <Skeleton lines={6} /> : detail === "failed" ? <p class="faint">{t("past.failed")}</p> : (
          <ol class="lines">{detail.conversation.messages.map((one, place, all) => <MessageRow key={one.id} message={one} buyer={detail.buyer.name} lead={all[place - 1]?.author.kind !== one.author.kind} read={false} />)}</ol>
        )}
      </div>
      <footer class="dialog-foot">
        <button type="button" class="btn line" data-testid="past-open" onClick={leave}>{t("past.open")}</button>
        <button type="button" class="btn primary" onClick={close}>{desk.t("close")}</button>
      </footer>
    </DialogFrame>
  );
}
