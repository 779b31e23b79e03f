import { useEffect, useRef, useState } from "preact/hooks";
import type { Source } from "../core/api.js";
import type { SourceRef } from "../core/frames.js";
import { findQuote } from "../core/quote.js";
import { Chip, IconButton, Skeleton } from "../ui/kit.js";
import type { App } from "./app.js";

/** What is cited and nothing else of it is known: an order's record is shown by its quote alone. */
const WITH_TEXT = new Set(["article", "clause", "product"]);

/** The source of a citation, opened at the very words that were quoted. */
export function SourceSheet({ app, citation }: { app: App; citation: SourceRef }) {
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
    const body = sheet.current?.querySelector<HTMLElement>(".sheet-body");
    const mark = body?.querySelector("mark");
    // Not scrollIntoView: that may move the host's page too.
    if (body && mark) body.scrollTop = Math.max(0, mark.offsetTop - body.clientHeight / 3);
  }, [source]);
  const close = () => (app.sheet.value = null);
  return (
    <div class="veil" onClick={(e) => e.target === e.currentTarget && close()}>
      <div ref={sheet} class="sheet" role="dialog" aria-modal="true" aria-label={citation.title} data-testid="source-sheet">
        <div class="sheet-head">
          {citation.n > 0 && <span class="cite-n">{citation.n}</span>}
          <h3 dir="auto">{source?.title ?? citation.title}</h3>
          <IconButton icon="close" label={app.t("close")} onClick={close} testid="source-close" />
        </div>
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

function Passage({ source, citation }: { source: Source; citation: SourceRef }) {
  const place = findQuote(source.text, citation.quote, citation.start, citation.end);
  return <Lines text={source.text} title={source.title} place={place} />;
}

const MARKS = /^(\s*)(#{1,6}\s+|[-*•]\s+|>\s?)?/;

/** The document as written, line by line, so that the place of the quote holds; only a line's own mark is drawn rather than shown. */
function Lines({ text, title, place }: { text: string; title: string; place: [number, number] | null }) {
  let at = 0;
  const lines = text.split("\n").map((line, i) => {
    const start = at;
    at += line.length + 1;
    if (!line.trim() || line.trim() === `# ${title}`) return null; // the title stands above
    const lead = MARKS.exec(line) ?? [""];
    const look = lead[2]?.startsWith("#") ? "line-h" : lead[2] && !lead[2].startsWith(">") ? "line-li" : "";
    return <p key={i} class={look} dir="auto">{lit(line.slice(lead[0].length), start + lead[0].length, place)}</p>;
  });
  return <div class="passage">{lines}</div>;
}

function lit(line: string, start: number, place: [number, number] | null) {
  const clean = (part: string) => part.replace(/\*\*/g, "");
  if (!place) return clean(line);
  const [from, to] = place.map((n) => Math.min(Math.max(n - start, 0), line.length)) as [number, number];
  if (from >= to) return clean(line);
  return (
    <>
      {clean(line.slice(0, from))}
      <mark data-testid="source-quote">{clean(line.slice(from, to))}</mark>
      {clean(line.slice(to))}
    </>
  );
}

function QuoteAlone({ app, citation }: { app: App; citation: SourceRef }) {
  return (
    <>
      {WITH_TEXT.has(citation.kind) && <p class="hint">{app.t("sheet.failed")}</p>}
      <div class="passage">
        <p dir="auto"><mark data-testid="source-quote">{citation.quote}</mark></p>
      </div>
    </>
  );
}
