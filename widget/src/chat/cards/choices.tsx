import type { ChoicesPart, ConfirmPart } from "../../core/frames.js";
import { money } from "../../core/format.js";
import { Button, Card, Chip } from "../../ui/kit.js";
import { Icon } from "../../ui/icons.js";
import type { CardProps } from "./index.js";
import { useAct } from "./use_act.js";

/** Between the words of one option. */
const SEP = " · ";

export function ChoicesCard({ app, conversation, message, part }: CardProps<ChoicesPart>) {
  const act = useAct(app, conversation, message.id);
  const used = part.used ?? act.busy;
  const rows = part.options.some((o) => o.label.includes(SEP));
  return (
    <div class={rows ? "choices listed" : "choices"} role="group" data-testid="card-choices">
      {part.options.map((option) => {
        const picked = used === option.value;
        if (part.used !== null && !picked) return null;
        return (
          <button
            type="button"
            key={option.value}
            class={picked ? "choice picked" : "choice"}
            data-testid="choice"
            data-value={option.value}
            disabled={used !== null}
            onClick={() => void act.run("choose", option.value, option.value)}
          >
            {picked && <Icon name="check" size={16} />}
            <Label text={option.label} />
          </button>
        );
      })}
      {act.error && <p class="meta bad" role="alert">{act.error}</p>}
    </div>
  );
}

/** `number · name · state`: the name to read, the rest beneath it. */
function Label({ text }: { text: string }) {
  const words = text.split(SEP);
  if (words.length === 1) return <span dir="auto">{text}</span>;
  const at = words.length > 2 ? 1 : 0;
  return (
    <span class="choice-text">
      <span dir="auto">{words[at]}</span>
      <small class="num" dir="auto">{words.filter((_, i) => i !== at).join(SEP)}</small>
    </span>
  );
}

export function ConfirmCard({ app, conversation, message, part }: CardProps<ConfirmPart>) {
  const act = useAct(app, conversation, message.id);
  const [tone, chip] = part.used === "yes" ? (["good", app.t("confirm.yes")] as const) : (["neutral", app.t("confirm.no")] as const);
  return (
    <Card icon="check" type="confirm" title={part.title} tone={part.used === null ? "accent" : "neutral"} side={part.used && <Chip tone={tone}>{chip}</Chip>}>
      {part.text && !message.text.includes(part.text) && <p class="card-text" dir="auto">{part.text}</p>}
      {part.amount !== null && (
        <p class="amount">
          <span>{app.t("confirm.amount")}</span>
          <b class="num">{money(part.amount, part.currency)}</b>
        </p>
      )}
      {part.used === null && (
        <div class="pair">
          <Button testid="confirm-no" disabled={act.busy !== null} onClick={() => void act.run("decline", part.id)}>{part.no_label}</Button>
          <Button testid="confirm-yes" kind="primary" disabled={act.busy !== null} onClick={() => void act.run("confirm", part.id)}>{part.yes_label}</Button>
        </div>
      )}
      {act.error && <p class="meta bad" role="alert">{act.error}</p>}
    </Card>
  );
}
