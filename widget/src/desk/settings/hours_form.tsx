import { Field, Choice } from "./parts.js";
import { type FormProps, invalid, Told } from "./shop_form.js";
import { t } from "./words.js";

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const SPECIAL = ["holiday", "workday"] as const;
const ALL_DAY = "00:00-24:00";
const OFFICE = "09:00-18:00";
const zones = (): string[] => (Intl as typeof Intl & { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf?.("timeZone") ?? [];

/** When people answer: a week, public holidays and the weekend days worked for them. */
export function HoursForm({ values, set, force, told }: FormProps) {
  const { hours } = values;
  const put = (more: Record<string, string | undefined>) => set({ ...values, hours: { ...hours, ...more } as Record<string, string> });
  const every = (text: string) => Object.fromEntries(WEEK.map((day) => [day, text]));
  // A table that is there stays, for its comments: open at every hour is then written out.
  const always = () => hours && put({ ...every(ALL_DAY), holiday: undefined, workday: undefined });
  const open = !hours || (WEEK.every((day) => hours[day] === ALL_DAY) && SPECIAL.every((day) => hours[day] === undefined));
  return (
    <div class="set-card">
      <p class="faint" data-testid="hours-now">{t(force.always_open ? "hours.now.always" : "hours.now", { zone: force.timezone })}</p>
      <Choice label={t("hours.when")} testid="hours" value={open ? "always" : "by"} set={(way) => (way === "always" ? always() : put(every(OFFICE)))} all={[["always", t("hours.always")], ["by", t("hours.by")]]} />
      {!open && (
        <ul class="set-days">
          {WEEK.map((day, at) => <Day key={day} name={day} text={hours?.[day] ?? ""} put={(text) => put({ [day]: text })} told={told} all={at === 0 ? (text) => put(every(text)) : undefined} />)}
          {SPECIAL.map((day) => <Day key={day} name={day} text={hours?.[day]} put={(text) => put({ [day]: text })} told={told} own />)}
        </ul>
      )}
      {!open && <p class="faint">{t("hours.hint", { year: force.holidays_until })}</p>}
      <Field label={t("hours.zone")}>
        <input value={values.timezone ?? ""} placeholder={force.timezone} list="zones" spellcheck={false} data-field="timezone" data-testid="hours-zone" {...invalid(told("timezone"))} onInput={(e) => set({ ...values, timezone: e.currentTarget.value || undefined } as typeof values)} />
        <Told one={told("timezone")} />
      </Field>
      <datalist id="zones">{zones().map((zone) => <option key={zone} value={zone} />)}</datalist>
    </div>
  );
}

interface DayProps {
  name: (typeof WEEK)[number] | (typeof SPECIAL)[number];
  text: string | undefined;
  put: (text: string | undefined) => void;
  told: FormProps["told"];
  all?: ((text: string) => void) | undefined;
  /** It may be left to its weekday. */
  own?: boolean;
}

function Day({ name, text, put, told, all, own }: DayProps) {
  const field = `hours.${name}`;
  const one = told(field);
  const shut = text === "";
  return (
    <li>
      <label for={field}>{t(`day.${name}`)}</label>
      {text === undefined ? <span class="faint">{t("hours.weekday")}</span> : (
        <input id={field} value={text} placeholder={t("hours.closed")} spellcheck={false} data-field={field} data-testid={field} {...invalid(one)} onInput={(e) => put(e.currentTarget.value)} />
      )}
      <span class="set-acts">
        {own && <button type="button" class="link" data-testid={`${field}-own`} onClick={() => put(text === undefined ? "" : undefined)}>{t(text === undefined ? "hours.own" : "hours.leave")}</button>}
        {text !== undefined && <button type="button" class="link" onClick={() => put(shut ? OFFICE : "")}>{t(shut ? "hours.open" : "hours.close")}</button>}
        {all && <button type="button" class="link" data-testid="hours-all" onClick={() => all(text ?? "")}>{t("hours.all")}</button>}
      </span>
      <Told one={one} />
    </li>
  );
}
