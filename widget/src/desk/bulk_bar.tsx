import { IconButton } from "../ui/kit.js";
import { desk } from "./app.js";
import { BULK } from "./bulk.js";

/** How many are chosen, and what can be done to all of them. */
export function BulkBar({ shown }: { shown: readonly string[] }) {
  const n = desk.bulk.picked.value.size;
  if (!n) return null;
  return (
    <div class="bulk" role="toolbar" aria-label={desk.t("bulk")} data-testid="bulk-bar" data-n={n}>
      <div class="bulk-head">
        <b aria-live="polite">{desk.t("bulk.n", { n })}</b>
        <button type="button" class="link" data-testid="bulk-all" disabled={shown.length === 0} onClick={() => desk.bulk.all(shown)}>{desk.t("bulk.all", { n: shown.length })}</button>
        <IconButton icon="close" label={desk.t("bulk.clear")} onClick={() => desk.bulk.clear()} />
      </div>
      <div class="bulk-acts">
        {BULK.map((action) => (
          <button type="button" class="btn line" key={action} data-testid={`bulk-${action}`} onClick={() => (desk.bulk.begin(action), (desk.dialog.value = "bulk"))}>{desk.t(`bulk.${action}`)}</button>
        ))}
      </div>
    </div>
  );
}
