import { useEffect, useState } from "preact/hooks";
import { localised, type Localised } from "../core/api.js";
import { money } from "../core/format.js";
import { Icon } from "../ui/icons.js";
import { locale } from "./shop.js";
import { word, type Word } from "./words.what_if.js";

const t = (key: string, args?: Record<string, unknown>) => word(locale.value, key as Word, args);
const BASE = "/api/v1/demo/drafts";

interface Draft {
  id: string;
  title: Localised;
}

interface Group {
  before: string;
  after: string;
  count: number;
  orders: string[];
  money: string;
}

interface Tried {
  id: string;
  decisions: number;
  flips: number;
  money: string;
  currency: string;
  groups: Group[];
}

/** Drafts of the policy, tried on what was decided in the last three months: nothing of it is stored. */
export function Drafts() {
  const [drafts, setDrafts] = useState<Draft[]>([]);
  const [tried, setTried] = useState<Tried | "busy" | "failed" | null>(null);
  useEffect(() => void fetch(BASE).then((a) => a.json()).then(setDrafts, () => {}), []);
  const run = async (id: string) => {
    setTried("busy");
    const answer = await fetch(`${BASE}/${id}`, { method: "POST" }).catch(() => null);
    setTried(answer?.ok ? { id, ...((await answer.json()) as Omit<Tried, "id">) } : "failed");
  };
  if (drafts.length === 0) return null;
  const chosen = typeof tried === "object" ? tried?.id : null;
  return (
    <div class="panel drafts" data-testid="drafts">
      <h2>{t("draft.title")}</h2>
      <p class="sub">{t("draft.sub")}</p>
      {drafts.map((draft) => (
        <button type="button" key={draft.id} class="btn line" aria-pressed={chosen === draft.id} data-testid={`draft-${draft.id}`} onClick={() => void run(draft.id)}>
          {localised(draft.title, locale.value)}
        </button>
      ))}
      <div role="status" data-testid="draft-result">
        {tried === "busy" && <p class="sub">{t("draft.busy")}</p>}
        {tried === "failed" && <p class="sub">{t("whatif.failed")}</p>}
        {typeof tried === "object" && tried && <Result tried={tried} />}
      </div>
    </div>
  );
}

function Result({ tried }: { tried: Tried }) {
  const moved = (amount: string) => (Number(amount) > 0 ? "+" : "") + money(amount, tried.currency);
  return (
    <>
      <p class="draft-sum">{t("draft.sum", { n: tried.decisions, m: tried.flips })}<b class="num">{t("draft.money", { money: moved(tried.money) })}</b></p>
      <ul>
        {tried.groups.map((group) => (
          <li key={group.before + group.after + group.orders.join()}>
            <span>{t(`verdict.${group.before}`)} <Icon name="right" size={12} /> <b>{t(`verdict.${group.after}`)}</b> × {group.count}</span>
            <small class="num">{[...new Set(group.orders)].join(", ")} · {moved(group.money)}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
