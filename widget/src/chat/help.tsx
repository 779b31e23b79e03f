import { useEffect, useState } from "preact/hooks";
import type { SearchHit } from "../core/api.js";
import { plain } from "../core/markdown.js";
import { Button, Empty, IconButton, Skeleton } from "../ui/kit.js";
import { Icon, type IconName } from "../ui/icons.js";
import type { App } from "./app.js";
import { StarterTiles } from "./home.js";

const WAIT_MS = 250;
const KIND_ICON: Record<string, IconName> = { article: "doc", clause: "scale", product: "tag" };

export function Help({ app }: { app: App }) {
  const [query, setQuery] = useState("");
  const [hits, setHits] = useState<SearchHit[] | null>(null);
  const [failed, setFailed] = useState(false);
  const asked = query.trim();
  useEffect(() => {
    setHits(null);
    setFailed(false);
    if (!asked) return;
    let stale = false;
    const find = () => app.api.search(asked, app.locale.value).then((h) => !stale && setHits(h), () => !stale && setFailed(true));
    const timer = setTimeout(find, WAIT_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [asked, app.locale.value]);
  return (
    <>
      <div class="bar">
        <h2>{app.t("help.title")}</h2>
        {app.options.mode !== "inline" && <IconButton icon="close" label={app.t("close")} onClick={() => app.hide()} />}
      </div>
      <div class="searchbar">
        <Icon name="search" size={18} />
        <input
          data-first
          type="search"
          dir="auto"
          value={query}
          placeholder={app.t("help.search")}
          aria-label={app.t("help.search")}
          data-testid="help-search"
          onInput={(e) => setQuery(e.currentTarget.value)}
        />
      </div>
      <div class="scroll pad">
        {!asked ? <Start app={app} /> : failed ? <Nothing app={app} title={app.t("help.failed")} /> : <Results app={app} query={asked} hits={hits} />}
      </div>
    </>
  );
}

function Start({ app }: { app: App }) {
  return (
    <>
      <p class="hint">{app.t("help.hint")}</p>
      <section class="group">
        <h3>{app.t("help.popular")}</h3>
        <StarterTiles app={app} />
      </section>
    </>
  );
}

function Results({ app, query, hits }: { app: App; query: string; hits: SearchHit[] | null }) {
  if (!hits) return <Skeleton lines={5} />;
  if (!hits.length) return <Nothing app={app} title={app.t("help.none", { q: query })} ask={query} />;
  return (
    <ul class="hits">
      {hits.map((hit) => (
        <li key={hit.kind + hit.article}>
          <button type="button" class="hit" data-testid="help-hit" onClick={() => open(app, hit)}>
            <span class="hit-icon"><Icon name={KIND_ICON[hit.kind] ?? "doc"} size={18} /></span>
            <span class="hit-text">
              <b dir="auto">{hit.title}</b>
              <span dir="auto">{plain(hit.text)}</span>
              <small>{app.tk(`kind.${hit.kind}`, "kind.article")}</small>
            </span>
          </button>
        </li>
      ))}
      <li class="hits-end">
        <Button icon="chat" onClick={() => app.ask(query)}>{app.t("help.ask")}</Button>
      </li>
    </ul>
  );
}

function open(app: App, hit: SearchHit): void {
  const id = hit.kind === "product" ? hit.article.replace(/^product\//, "") : hit.article;
  app.sheet.value = { n: 0, kind: hit.kind, id, title: hit.title, quote: hit.text };
}

function Nothing({ app, title, ask }: { app: App; title: string; ask?: string }) {
  return (
    <Empty icon="search" title={title} sub={app.t("help.none.sub")}>
      <Button kind="primary" icon="chat" onClick={() => app.ask(ask ?? null)}>{app.t("help.ask")}</Button>
    </Empty>
  );
}
