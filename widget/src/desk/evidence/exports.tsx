import { useState } from "preact/hooks";
import { Icon } from "../../ui/icons.js";
import { desk } from "../app.js";
import { save } from "../save.js";
import { t } from "./words.js";

type Audience = "shop" | "buyer";

/** The page to read and print, and the folder to keep or to hand over. */
export function Exports({ number }: { number: string }) {
  const [busy, setBusy] = useState(false);
  const take = async (audience: Audience) => {
    setBusy(true);
    try {
      const { file, digest } = await desk.api.evidenceFolder(number, audience, desk.locale.peek());
      save(file, `evidence-${number}-${audience}.zip`);
      desk.toast(t("taken", { digest: digest.slice(0, 12) }), "good");
    } catch {
      desk.toast(t("take.failed"), "bad");
    }
    setBusy(false);
  };
  return (
    <span class="exports">
      <ReadPage number={number} audience="shop" />
      <ReadPage number={number} audience="buyer" />
      <button type="button" class="btn line" disabled={busy} data-testid="evidence-shop" onClick={() => void take("shop")}>{t("take")}</button>
      <button type="button" class="btn line" disabled={busy} data-testid="evidence-buyer" onClick={() => void take("buyer")}>{t("take.buyer")}</button>
    </span>
  );
}

/** A form, for a tab of its own takes no header: the session goes in its body and stands in no address. */
function ReadPage({ number, audience }: { number: string; audience: Audience }) {
  return (
    <form method="post" target="_blank" rel="noopener" action={`/api/v1/desk/tickets/${encodeURIComponent(number)}/evidence/page`}>
      <input type="hidden" name="token" value={desk.api.token ?? ""} />
      <input type="hidden" name="for" value={audience} />
      <input type="hidden" name="lang" value={desk.locale.value} />
      <button type="submit" class={audience === "shop" ? "btn soft" : "btn line"} data-testid={`evidence-read-${audience}`}>
        {audience === "shop" && <Icon name="doc" size={16} />}<span>{t(audience === "shop" ? "read" : "read.buyer")}</span>
      </button>
    </form>
  );
}
