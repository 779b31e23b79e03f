import { useEffect, useState } from "preact/hooks";
import { DeskProblem } from "./api.js";
import { desk } from "./app.js";
import { close, DialogFoot, DialogFrame } from "./dialog_frame.js";
import { takesTheHand } from "./focus.js";
import type { Ticket } from "./model.js";
import { whyNot } from "./ticket.js";

interface Question {
  name: string;
  label: string;
}

/** Asks the buyer by a form in the chat; the ticket waits until the answer has come. */
export function BuyerDialog({ ticket }: { ticket: Ticket }) {
  const [offered, setOffered] = useState<Question[]>([]);
  const [wanted, setWanted] = useState<ReadonlySet<string>>(new Set());
  const [text, setText] = useState("");
  const [why, setWhy] = useState("");
  useEffect(() => {
    desk.api.questions(ticket.number ?? "").then((r) => setOffered(r.questions), (error: unknown) => setWhy(whyNot(error)));
  }, []);
  const turn = (name: string) => {
    const next = new Set(wanted);
    if (!next.delete(name)) next.add(name);
    setWanted(next);
  };
  const go = async () => {
    if (!wanted.size) return;
    const asked = offered.map((one) => one.name).filter((name) => wanted.has(name));
    try {
      await desk.api.askBuyer(ticket.number ?? "", { questions: asked, text: text.trim(), if_rev: ticket.rev }, desk.locale.peek());
      close();
      desk.toast(desk.t("buyer.asked"), "good");
    } catch (error) {
      setWhy(error instanceof DeskProblem && error.status === 409 ? desk.t("buyer.take_first") : whyNot(error));
    }
    desk.reread();
  };
  return (
    <DialogFrame title={desk.t("buyer.title")} sub={desk.t("buyer.sub")} testid="dialog-buyer" submit={() => void go()}>
      <fieldset class="picks">
        <legend>{desk.t("buyer.what")}</legend>
        {offered.map((one, i) => (
          <label key={one.name} class="pick">
            <input type="checkbox" ref={i === 0 ? takesTheHand : undefined} checked={wanted.has(one.name)} data-testid={`ask-${one.name}`} onChange={() => turn(one.name)} />
            <span>{one.label}</span>
          </label>
        ))}
      </fieldset>
      <label><span class="faint">{desk.t("buyer.words")}</span>
        <textarea class="dialog-text" rows={2} maxLength={2000} value={text} placeholder={desk.t("buyer.words.hint")} data-testid="ask-words" onInput={(e) => setText(e.currentTarget.value)} />
      </label>
      {why && <p class="refund-why" role="alert">{why}</p>}
      <DialogFoot can={wanted.size > 0} label={desk.t("buyer.go")} />
    </DialogFrame>
  );
}
