import { useEffect, useRef, useState } from "preact/hooks";
import type { Source } from "../../core/api.js";
import type { Citation } from "../../core/frames.js";
import { Icon } from "../../ui/icons.js";
import { Markdown } from "../../ui/markdown.js";
import { desk } from "../app.js";
import { t } from "./words.js";

/** What a draft stands on, by number: each opens at its quote, and then whole. `lit` opens one. */
export function Sources({ citations, lit }: { citations: readonly Citation[]; lit: number | null }) {
  if (!citations.length) return null;
  return (
    <div class="copilot-sources" data-testid="copilot-sources">
      <small>{t("sources")}</small>
      {citations.map((one) => <Cited key={one.n} citation={one} open={lit === one.n} />)}
    </div>
  );
}

function Cited({ citation, open }: { citation: Citation; open: boolean }) {
  const box = useRef<HTMLDetailsElement>(null);
  const [source, setSource] = useState<Source | "gone" | null>(null);
  useEffect(() => {
    if (!open || !box.current) return;
    box.current.open = true;
    box.current.querySelector("summary")?.focus();
  }, [open]);
  const read = () => desk.source(citation.kind, citation.id).then(setSource, () => setSource("gone"));
  return (
    <details ref={box} data-testid="copilot-source" data-n={citation.n}>
      <summary><sup>{citation.n}</sup><span dir="auto">{citation.title}</span><Icon name="down" size={14} /></summary>
      {source && source !== "gone" ? <div class="copilot-source" dir="auto" tabIndex={0}><Markdown text={source.text} /></div> : <blockquote class="copilot-source" dir="auto" tabIndex={0}><Markdown text={citation.quote} /></blockquote>}
      {source === "gone" && <small class="faint">{t("gone")}</small>}
      {source === null && citation.kind !== "order" && <button type="button" class="link quiet" data-testid="source-whole" onClick={() => void read()}>{t("full")}</button>}
    </details>
  );
}
