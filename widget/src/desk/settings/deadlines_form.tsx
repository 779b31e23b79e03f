import { useState } from "preact/hooks";
import { desk } from "../app.js";
import { Choice, Field } from "./parts.js";
import { type FormProps, invalid, Told } from "./shop_form.js";
import { t } from "./words.js";

const NAMES = ["human_target_minutes", "human_minutes", "first_evidence_minutes", "resolve_hours", "legal_days", "away_minutes", "follow_up_days"] as const;
const PRIORITIES = ["low", "normal", "high", "urgent"] as const;
type Which = "all" | (typeof PRIORITIES)[number];
type Numbers = Record<string, unknown>;

/** What is promised for every ticket, and what differs by priority; an empty field leaves it as it is. */
export function DeadlinesForm({ values, set, force, told }: FormProps) {
  const [which, setWhich] = useState<Which>("all");
  const common = (values.deadlines ?? {}) as Numbers;
  const mine = which === "all" ? common : ((common[which] ?? {}) as Numbers);
  const put = (name: string, text: string) => {
    const next: Numbers = { ...mine, [name]: text === "" ? undefined : /^\d+$/.test(text) ? Number(text) : text };
    set({ ...values, deadlines: which === "all" ? next : { ...common, [which]: next } });
  };
  const holds = (name: string) => (which === "all" ? force.deadlines : force.by_priority[which])?.[name];
  const path = which === "all" ? "deadlines" : `deadlines.${which}`;
  const differs = (one: Which) => one !== "all" && Object.values((common[one] ?? {}) as Numbers).some((value) => value !== undefined);
  const word = (one: Which) => `${one === "all" ? t("deadlines.all") : desk.term("priority", one)}${differs(one) ? " •" : ""}`;
  return (
    <div class="set-card">
      <Choice label={t("deadlines.which")} testid="deadlines" value={which} set={setWhich} all={(["all", ...PRIORITIES] as const).map((one) => [one, word(one)] as const)} />
      <div class="set-fields">
        {NAMES.map((name) => {
          const field = `${path}.${name}`;
          const one = told(field);
          return (
            <Field key={field} label={t(`deadlines.${name}`)} hint={t("deadlines.now", { n: holds(name) })}>
              <input value={String(mine[name] ?? "")} inputMode="numeric" placeholder={String((which === "all" ? undefined : common[name]) ?? holds(name) ?? "")} data-field={field} data-testid={field} {...invalid(one)} onInput={(e) => put(name, e.currentTarget.value.trim())} />
              <Told one={one} />
            </Field>
          );
        })}
      </div>
    </div>
  );
}
