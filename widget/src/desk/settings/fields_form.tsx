import { Choice, Field } from "./parts.js";
import type { Kind } from "./model.js";
import { t } from "./words.js";

type Fields = Record<string, unknown>;

/** The head of an article or macro as fields; what the readers say of one names it. */
export function FieldsForm({ kind, fields, set }: { kind: Kind; fields: Fields; set: (fields: Fields) => void }) {
  const text = (key: string, more: Record<string, unknown> = {}) => (
    <input value={String(fields[key] ?? "")} data-field={key} data-testid={`field-${key}`} {...more} onInput={(e) => set({ ...fields, [key]: e.currentTarget.value })} />
  );
  const list = (key: string): string => ((fields[key] as string[] | undefined) ?? []).join("\n");
  return (
    <div class="set-fields">
      <Field label={t("field.title")} wide>{text("title")}</Field>
      <Field label={t("field.id")}>{text("id", { spellcheck: false })}</Field>
      <Field label={t("field.lang")}>{text("lang", { spellcheck: false })}</Field>
      {kind === "articles" && (
        <>
          <Field label={t("field.valid_from")}>{text("valid_from", { type: "date" })}</Field>
          <Field label={t("field.valid_to")}>{text("valid_to", { type: "date" })}</Field>
          <Choice label={t("field.audience")} testid="field-audience" value={fields["audience"] === "agents" ? "agents" : "public"} set={(audience) => set({ ...fields, audience: audience === "public" ? undefined : audience })} all={[["public", t("field.audience.public")], ["agents", t("field.audience.agents")]]} />
          <Field label={t("field.products")}><input value={((fields["products"] as string[] | undefined) ?? []).join(", ")} data-field="products" data-testid="field-products" spellcheck={false} onChange={(e) => set({ ...fields, products: e.currentTarget.value.split(/[,，]/).map((one) => one.trim()).filter(Boolean) })} /></Field>
          <Field label={t("field.questions")} wide><textarea rows={3} value={list("questions")} dir="auto" data-field="questions" data-testid="field-questions" onInput={(e) => set({ ...fields, questions: e.currentTarget.value.split("\n") })} /></Field>
        </>
      )}
    </div>
  );
}
