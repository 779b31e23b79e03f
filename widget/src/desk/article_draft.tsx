import { useEffect, useRef, useState } from "preact/hooks";
import { Empty, IconButton, Skeleton } from "../ui/kit.js";
import { desk } from "./app.js";
import { backTo } from "./focus.js";
import { save } from "./save.js";
import type { AskedGroup, Draft } from "./model.js";

/** An article begun from a group of questions: its answer is written here, and the file taken to the shop folder. */
export function ArticleDraft({ group, close }: { group: AskedGroup; close: () => void }) {
  const [draft, setDraft] = useState<Draft | "failed" | null>(null);
  const box = useRef<HTMLElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus();
    desk.api.draft(group.messages).then(setDraft, () => setDraft("failed"));
    return () => void requestAnimationFrame(() => backTo(before));
  }, []);
  useEffect(() => {
    const area = field.current;
    if (!area) return;
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  }, [draft]);
  const text = () => field.current?.value ?? "";
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      desk.toast(desk.t("draft.copied"), "good");
    } catch {
      field.current?.select();
      desk.toast(desk.t("draft.select"));
    }
  };
  return (
    <aside class="behind draft" ref={box} tabIndex={-1} data-testid="draft" aria-label={desk.t("asked.write")} onKeyDown={(e) => e.key === "Escape" && close()}>
      <header>
        <div>
          <h2>{desk.t("asked.write")}</h2>
          <small dir="auto">{desk.t(desk.senior ? "draft.sub.on" : "draft.sub")}</small>
        </div>
        <IconButton icon="close" label={desk.t("close")} onClick={close} />
      </header>
      {draft === null && <Skeleton lines={8} />}
      {draft === "failed" && <Empty icon="alert" title={desk.t("draft.failed")} />}
      {draft && draft !== "failed" && (
        <>
          <code class="draft-path">{draft.path}</code>
          <textarea ref={field} class="draft-text" spellcheck={false} dir="auto" aria-label={draft.path} data-testid="draft-text" defaultValue={draft.text} />
          <footer>
            <button type="button" class="btn line" data-testid="draft-copy" onClick={() => void copy()}>{desk.t("draft.copy")}</button>
            <button type="button" class={desk.senior ? "btn line" : "btn primary"} data-testid="draft-save" onClick={() => save(new Blob([text()], { type: "text/markdown" }), draft.path.split("/").pop() ?? draft.path)}>{desk.t("draft.save")}</button>
            {desk.senior && <button type="button" class="btn primary" data-testid="draft-on" onClick={() => void goOn(draft.path, text())}>{desk.t("draft.on")}</button>}
          </footer>
        </>
      )}
    </aside>
  );
}

/** Kept as a draft of the shop's, and opened where articles are written and published. */
async function goOn(path: string, text: string): Promise<void> {
  try {
    await desk.api.request("PUT", "desk/files/draft", { path, text, base: null });
    location.hash = `#/settings/articles/${path.split("/").map(encodeURIComponent).join("/")}`;
  } catch {
    desk.toast(desk.t("error.other"), "bad");
  }
}
