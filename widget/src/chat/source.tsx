import { useEffect, useRef, useState } from "preact/hooks";
import type { Source } from "../core/api.js";
import type { Citation } from "../core/frames.js";
import { findQuote } from "../core/quote.js";
import { Chip, IconButton, Skeleton } from "../ui/kit.js";
import type { App } from "./app.js";

/** What is cited and nothing else of it is known: an order's record is shown by its quote alone. */
const WITH_TEXT = new Set(["article", "clause", "product"]);

/** The source of a citation, opened at the very words that were quoted. */
export function SourceSheet({ app, citation }: { app: App; citation: Citation }) {
  const [source, setSource] = useState<Source | null>(null);
  const [failed, setFailed] = useState(!WITH_TEXT.has(citation.kind));
  const sheet = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = (sheet.current?.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    sheet.current?.querySelector<HTMLElement>("button")?.focus();
    return () => before?.isConnected && before.focus();
  }, []);
  useEffect(() => {
    if (!WITH_TEXT.has(citation.kind)) return;
    app.api.source(citation.kind, citation.id, app.locale.value).then(setSource, () => setFailed(true));
  }, [citation]);
  useEffect(() => {
    sheet.current?.querySelector("mark")?.scrollIntoView({ block: "center" });
  }, [source]);
  const close = () => (app.sheet.value = null);
  return (
    <div class="veil" onClick={(e) => e.target === e.currentTarget && close()}>
      <div ref={sheet} class="sheet" role="dialog" aria-modal="true" aria-label={citation.title} data-testid="source-sheet">
        <header class="sheet-head">
          {citation.n > 0 && <span class="cite-n">{citation.n}</span>}
          <h3 dir="auto">{source?.title ?? citation.title}</h3>
          <IconButton icon="close" label={app.t("close")} onClick={close} testid="source-close" />
        </header>
        <p class="sheet-meta">
          <Chip>{app.tk(`kind.${citation.kind}`, "sheet.title")}</Chip>
          <code>{citation.id}</code>
        </p>
        <div class="scroll sheet-body" tabIndex={0}>
          {source ? <Passage source={source} citation={citation} /> : failed ? <QuoteAlone app={app} citation={citation} /> : <Skeleton lines={6} />}
        </div>
      </div>
    </div>
  );
}

function Passage({ source, citation }: { source: Source; citation: Citation }) {
  const place = findQuote(source.text, citation.quote, citation.start, citation.end);
  if (!place) return <Prose text={source.text} />;
  const [from, to] = place;
  return (
    <p class="passage" dir="auto">
      {source.text.slice(0, from)}
      <mark data-testid="source-quote">{source.text.slice(from, to)}</mark>
      {source.text.slice(to)}
    </p>
  );
}

function Prose({ text }: { text: string }) {
  return <p class="passage" dir="auto">{text}</p>;
}

function QuoteAlone({ app, citation }: { app: App; citation: Citation }) {
  return (
    <>
      {WITH_TEXT.has(citation.kind) && <p class="hint">{app.t("sheet.failed")}</p>}
      <p class="passage" dir="auto">
        <mark data-testid="source-quote">{citation.quote}</mark>
      </p>
    </>
  );
}
