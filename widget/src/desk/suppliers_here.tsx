import { Chip } from "../ui/kit.js";
import { desk } from "./app.js";
import type { SupplierRequest } from "./ticket.js";
import { wordOr } from "./words.js";

const TONE = { asked: "accent", answered: "good", expired: "warn" } as const;

/** What the supplier was asked, how far that is, and what came back. */
export function SuppliersHere({ asked }: { asked: SupplierRequest[] }) {
  if (!asked.length) return null;
  return (
    <ul class="supplier-asked">
      {asked.map((one) => (
        <li key={one.number} data-testid="supplier-request" data-state={one.state}>
          <p>
            <b dir="auto">{one.supplier}</b>
            <code class="ticket-no">{one.number}</code>
            <Chip tone={TONE[one.state]}>{desk.t(`supplier.state.${one.state}`)}</Chip>
          </p>
          {one.question && <p class="faint" dir="auto">{one.question}</p>}
          {one.answer && <p><b>{answerWord(one.answer)}</b>{one.text && <span dir="auto"> {one.text}</span>}</p>}
          <p class="faint num">
            {one.state === "asked" && [desk.t("supplier.due", { time: desk.time(one.due_at) }), desk.t(one.opened_at ? "supplier.opened" : "supplier.unopened", { time: desk.time(one.opened_at) })].join(" · ")}
            {one.answered_at && desk.t("supplier.answered", { time: desk.time(one.answered_at) })}
          </p>
          {one.link && <CopyLink link={one.link} />}
        </li>
      ))}
    </ul>
  );
}

export function answerWord(answer: string): string {
  return wordOr(desk.locale.value, `supplier.answer.${answer}`, "supplier.answer.other");
}

/** The link to send; where it cannot be copied it stands there selected. */
export function CopyLink({ link, focus }: { link: string; focus?: boolean }) {
  const copy = async (field: HTMLInputElement | null | undefined) => {
    field?.select();
    const done = await navigator.clipboard?.writeText(link).then(() => true, () => false);
    desk.toast(desk.t(done ? "draft.copied" : "draft.select"), done ? "good" : "plain");
  };
  return (
    <span class="copy-link">
      <input class="dialog-text num" readOnly value={link} aria-label={desk.t("supplier.link")} data-testid="supplier-link" autoFocus={focus} onFocus={(e) => e.currentTarget.select()} />
      <button type="button" class="btn soft" data-testid="supplier-copy" onClick={(e) => void copy(e.currentTarget.parentElement?.querySelector("input"))}>{desk.t("draft.copy")}</button>
    </span>
  );
}
