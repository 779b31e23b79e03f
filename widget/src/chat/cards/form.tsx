import { useState } from "preact/hooks";
import type { FormField, FormPart } from "../../core/frames.js";
import { Button, Chip, IconButton } from "../../ui/kit.js";
import { Icon } from "../../ui/icons.js";
import type { App, FilesRoom } from "../app.js";
import type { CardProps } from "./index.js";
import { useAct } from "./use_act.js";

export function FormCard({ app, conversation, message, part }: CardProps<FormPart>) {
  const act = useAct(app, conversation, message.id);
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(part.fields.map((f) => [f.name, f.value ?? ""])));
  const [missing, setMissing] = useState<string | null>(null);
  const files = new Map(part.fields.flatMap((f) => (f.kind === "file" && !part.used ? [[f.name, app.files.value?.inField(app, `${part.id}-${f.name}`)]] : [])));
  const given = (f: FormField) => files.get(f.name)?.ids ?? values[f.name]?.trim() ?? "";
  const submit = async (event: Event) => {
    event.preventDefault();
    const empty = part.fields.find((f) => f.required && !given(f).length);
    setMissing(empty?.name ?? null);
    if (empty) return;
    const done = await act.run("submit", Object.fromEntries(part.fields.map((f) => [f.name, given(f)])));
    if (done) for (const one of files.values()) one?.take();
  };
  if (part.used) {
    return (
      <div class="card done" data-testid="card-form">
        <p class="used"><Chip tone="good" icon="check">{app.t("form.used")}</Chip> {part.fields.map((f) => f.label).join(" · ")}</p>
      </div>
    );
  }
  return (
    <form class="card form" noValidate onSubmit={submit} data-testid="card-form">
      {part.fields.map((field) => (
        <Field
          key={field.name}
          app={app}
          id={`${part.id}-${field.name}`}
          field={field}
          value={values[field.name] ?? ""}
          files={files.get(field.name)}
          wrong={missing === field.name}
          set={(value) => setValues({ ...values, [field.name]: value })}
        />
      ))}
      <Button kind="primary" type="submit" wide disabled={act.busy !== null || [...files.values()].some((one) => one?.busy)} testid="form-submit">{part.submit_label}</Button>
      {act.error && <p class="meta bad" role="alert">{act.error}</p>}
    </form>
  );
}

interface FieldProps {
  app: App;
  id: string;
  field: FormField;
  value: string;
  wrong: boolean;
  /** What was picked, where the field takes files and the server does. */
  files: ReturnType<FilesRoom["inField"]> | undefined;
  set(value: string): void;
}

function Field({ app, id, field, value, wrong, files, set }: FieldProps) {
  const [shown, setShown] = useState(false);
  const secret = field.kind === "secret";
  const common = { id, name: field.name, value, "data-testid": `field-${field.name}`, "aria-invalid": wrong, "aria-describedby": wrong ? `${id}-wrong` : undefined };
  return (
    <div class={wrong ? "field wrong" : "field"}>
      <label for={id}>{field.label}{field.required && <i aria-hidden="true"> *</i>}</label>
      {files ? <div id={id} role="group" aria-label={field.label} data-testid={`field-${field.name}`}>{files.tray}{files.button}</div> : field.kind === "select" ? (
        <span class="input">
          <select {...common} required={field.required} onChange={(e) => set(e.currentTarget.value)}>
            <option value="">{app.t("form.pick")}</option>
            {(field.options ?? []).map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
          </select>
          <Icon name="down" size={16} />
        </span>
      ) : (
        <span class="input">
          <input
            {...common}
            type={secret && !shown ? "password" : "text"}
            required={field.required}
            autoComplete="off"
            autoCapitalize="off"
            spellcheck={false}
            placeholder={field.placeholder ?? ""}
            onInput={(e) => set(e.currentTarget.value)}
          />
          {secret && <IconButton icon="eye" size={18} label={app.t(shown ? "form.hide" : "form.show")} pressed={shown} onClick={() => setShown(!shown)} />}
        </span>
      )}
      {wrong && <p class="meta bad" id={`${id}-wrong`} role="alert">{app.t("form.required", { label: field.label })}</p>}
    </div>
  );
}
