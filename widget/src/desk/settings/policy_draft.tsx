import { useEffect, useRef, useState } from "preact/hooks";
import { money } from "../../core/format.js";
import { Chip } from "../../ui/kit.js";
import { desk } from "../app.js";
import { DeskProblem } from "../api.js";
import { Findings } from "./findings.js";
import type { Checked, Finding, PolicyFile, PolicyState, Trial } from "./model.js";
import { Choice, Field } from "./parts.js";
import { t } from "./words.js";
import { Words } from "./policy_words.js";

const CHECK_MS = 1200;
const NOTHING: Checked = { faults: [], warnings: [], examples: 0, words: [] };

/** The draft, file by file: kept and checked as it is written, tried on the past, published. */
export function PolicyDraft({ state, again }: { state: PolicyState; again: () => void }) {
  const [files, setFiles] = useState<PolicyFile[]>(state.draft?.files ?? []);
  // The text that decides first: its translations hold no rules.
  const [at, setAt] = useState(() => Math.max(0, (state.draft?.files ?? []).findIndex(({ text }) => text.includes("```clause"))));
  const [checked, setChecked] = useState<Checked | null>(null);
  const [days, setDays] = useState<"30" | "90" | "365">("90");
  const [trial, setTrial] = useState<Trial | null>(null);
  const [busy, setBusy] = useState(false);
  const [note, setNote] = useState("");
  const area = useRef<HTMLTextAreaElement>(null);
  const file = files[Math.min(at, files.length - 1)] as PolicyFile;
  const lang = desk.locale.value;
  useEffect(() => {
    setTrial(null);
    const timer = setTimeout(() => void keep(), CHECK_MS);
    return () => clearTimeout(timer);
  }, [files, lang]);
  const keep = async () => {
    const done = await desk.api.request<Checked>("PUT", `desk/policies/draft?lang=${lang}`, { files }).catch(() => null);
    setChecked(done); // what was not kept was not checked either
    if (!done) desk.toast(t("save.failed"), "bad");
  };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    try {
      await work();
    } catch (problem) {
      const said = problem instanceof DeskProblem ? problem : null;
      const faults = (said?.body as { faults?: Finding[] } | null)?.faults;
      if (faults) setChecked({ ...(checked ?? NOTHING), faults });
      desk.toast(faults ? t("file.faults") : said?.code === "conflict" ? t("policy.conflict") : said?.code === "nothing" ? t("policy.nothing") : t("save.failed"), "bad");
    } finally {
      setBusy(false);
    }
  };
  const tryIt = () => attempt(async () => setTrial(await desk.api.request<Trial>("POST", "desk/policies/draft/trial", { days: Number(days) })));
  const publish = () => attempt(async () => {
    await desk.api.request("POST", "desk/policies/draft/publication", { note, if_rev: state.rev, days: Number(days) });
    desk.toast(t("file.published"), "good");
    again();
  });
  const drop = () => attempt(async () => {
    await desk.api.request("PUT", "desk/policies/draft", { files: [] });
    again();
  });
  const write = (text: string) => (setChecked(null), setFiles(files.map((one) => (one === file ? { ...one, text } : one))));
  const goToLine = (one: Finding) => {
    const where = files.findIndex(({ path }) => path === one.file);
    if (where < 0) return;
    setAt(where);
    const before = (files[where] as PolicyFile).text.split("\n").slice(0, one.line - 1).join("\n").length;
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(before && before + 1, before && before + 1);
      if (area.current) area.current.scrollTop = Math.max(0, one.line - 6) * 20;
    });
  };
  const faults = checked?.faults ?? [];
  return (
    <>
      <div class="set-card" data-testid="policy-draft">
        <div class="install-bar">
          <h3>{t("policy.draft")}</h3>
          {checked === null ? <Chip>{t("policy.checking")}</Chip> : faults.length ? <Chip tone="bad">{t("policy.faults", { n: faults.length })}</Chip> : <Chip tone="good"><span data-testid="policy-fine">{t("policy.fine", { n: checked.examples })}</span></Chip>}
        </div>
        {files.length > 1 && <Choice label={t("policy.file")} testid="policy-file" value={file.path} set={(path) => setAt(files.findIndex((one) => one.path === path))} all={files.map(({ path }) => [path, path.split("/").pop() as string] as const)} />}
        <label class="set-field">
          <span>{t("field.text")} · <code dir="ltr">{file.path}</code></span>
          <textarea ref={area} class="file-text" rows={22} spellcheck={false} dir="auto" value={file.text} aria-invalid={faults.length > 0} data-testid="policy-text" onInput={(e) => write(e.currentTarget.value)} />
        </label>
      </div>
      {checked && checked.words.length > 0 && <div class="set-card"><h3>{t("policy.changes")}</h3><Words lines={checked.words} testid="policy-changes" /></div>}
      <div class="set-card">
        <div class="install-bar">
          <h3>{t("policy.try")}</h3>
          <span class="set-acts">
            <Choice label={t("policy.days")} testid="policy-days" value={days} set={setDays} all={(["30", "90", "365"] as const).map((one) => [one, t("policy.days.n", { n: one })] as const)} />
            <button type="button" class="btn line try" disabled={busy || checked === null || faults.length > 0} data-testid="policy-try" onClick={() => void tryIt()}>{t("policy.try.go")}</button>
          </span>
        </div>
        {trial ? <Tried trial={trial} /> : <p class="faint">{t("policy.try.sub")}</p>}
      </div>
      <div class="set-card file-acts">
        <Findings all={[...faults, ...(checked?.warnings ?? [])]} path={file.path} bodyLine={1} go={goToLine} />
        <Field label={t("file.note")}><input value={note} maxLength={500} data-testid="policy-note" onInput={(e) => setNote(e.currentTarget.value)} /></Field>
        <span class="set-acts">
          <button type="button" class="btn line" disabled={busy} data-testid="policy-drop" onClick={() => void drop()}>{t("file.drop")}</button>
          <button type="button" class="btn primary" disabled={busy || checked === null || faults.length > 0} data-testid="policy-publish" onClick={() => void publish()}>{t("file.publish")}</button>
        </span>
      </div>
    </>
  );
}

/** What recorded decisions would have come to, the largest group first, and the money. */
function Tried({ trial }: { trial: Trial }) {
  return (
    <div data-testid="policy-trial" aria-live="polite">
      <p><b>{t("policy.tried", { n: trial.decisions, flips: trial.flips })}</b></p>
      {Object.entries(trial.money).map(([currency, amount]) => <p key={currency}>{t("policy.money", { amount: (amount.startsWith("-") ? "−" : "+") + money(amount.replace("-", ""), currency) })}</p>)}
      {trial.as_if.length > 0 && <p class="faint">{t("policy.asif", { names: trial.as_if.map((one) => `${one.policy} ${one.effective}`).join(", ") })}</p>}
      {trial.groups.length > 0 && (
        <div class="set-scroll" tabIndex={0} role="region" aria-label={t("policy.try")}>
          <table class="set-table">
            <thead><tr><th>{t("policy.n")}</th><th>{t("policy.before")}</th><th>{t("policy.after")}</th><th>{t("policy.moved")}</th><th>{t("policy.orders")}</th></tr></thead>
            <tbody>{trial.groups.map((one, at) => (
              <tr key={at}><td class="num">{one.n}</td><td>{one.before}</td><td>{one.after}{one.reason && ` (${desk.term("reason", one.reason)})`}</td><td class="num">{one.money}</td><td class="num">{one.orders.join(", ")}</td></tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </div>
  );
}
