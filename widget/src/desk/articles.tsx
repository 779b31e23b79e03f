import { useEffect, useState } from "preact/hooks";
import { Api, type SearchHit } from "../core/api.js";
import { plain } from "../core/markdown.js";
import { desk } from "./app.js";
import type { Detail } from "./model.js";
import { HASH } from "./signs.js";

export interface Articles {
  open: boolean;
  list: SearchHit[];
  at: number;
  pick(hit: SearchHit): void;
  /** True where the key was the menu's. */
  onKey(event: KeyboardEvent): boolean;
}

const WAIT_MS = 200;
const SHORT_CHARS = 800;

/** What the shop's public articles and policies say, put into the reply in their own words. */
export function useArticles(detail: Detail, text: string, set: (text: string) => void): Articles {
  const [found, setFound] = useState<{ q: string; hits: SearchHit[] } | null>(null);
  const [place, setPlace] = useState(0);
  const [shut, setShut] = useState<string | null>(null);
  const lang = detail.conversation.lang || desk.locale.value;
  const wanted = HASH.exec(text)?.[2] ?? "";
  useEffect(() => {
    if (!wanted) return setFound(null);
    let here = true;
    const look = () => new Api(location.origin, desk.me.peek()?.shop ?? "").search(wanted, lang).then((hits) => here && (setFound({ q: wanted, hits }), setPlace(0)), () => here && setFound(null));
    const timer = setTimeout(() => void look(), WAIT_MS);
    return () => ((here = false), clearTimeout(timer));
  }, [wanted, lang]);
  const list = found?.hits ?? [];
  const open = wanted !== "" && shut !== text && found !== null;
  const at = Math.min(place, Math.max(0, list.length - 1));
  const pick = (hit: SearchHit) => {
    setShut(text);
    void wordsOf(hit).then((words) => {
      const now = desk.draft(detail.conversation.id, "reply");
      if (HASH.test(now)) set(put(now, words));
    });
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (!open || list.length === 0) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) setPlace((at + step + list.length) % list.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(list[at] as SearchHit);
    else if (event.key === "Escape") setShut(text);
    else return false;
    event.preventDefault();
    return true;
  };
  return { open, list, at, pick, onKey };
}

/** A passage's words; of a short article that was found by how it begins, all of it: its first sentence alone says little. */
async function wordsOf(hit: SearchHit): Promise<string> {
  const passage = hit.text.trim();
  const api = new Api(location.origin, desk.me.peek()?.shop ?? "");
  const whole = hit.kind === "article" ? await api.source(hit.kind, hit.article, hit.lang).then((found) => found.text.replace(/^#[^\n]*\n/, "").trim(), () => "") : "";
  return whole.startsWith(passage) && whole.length <= SHORT_CHARS ? whole : passage;
}

/** What is more than a sentence begins on a line of its own, or a list would be none. */
function put(text: string, words: string): string {
  const before = text.replace(HASH, "$1").trimEnd();
  if (!before) return words;
  return words.includes("\n") || /^[-*#\d]/.test(words) ? `${before}\n\n${words}` : `${before} ${words}`;
}

export function ArticleMenu({ articles }: { articles: Articles }) {
  return (
    <div class="macros" role="listbox" aria-label={desk.t("articles")} data-testid="article-menu">
      {articles.list.map((hit, i) => (
        <button type="button" role="option" key={`${hit.article} ${i}`} aria-selected={i === articles.at} class="macro" data-testid="article" onMouseDown={(e) => e.preventDefault()} onClick={() => articles.pick(hit)}>
          <b dir="auto">{hit.title}</b>
          <span class="lang">{hit.lang === "en" ? "EN" : "中"}</span>
          <span class="macro-text" dir="auto">{plain(hit.text)}</span>
        </button>
      ))}
      {articles.list.length === 0 && <p class="faint">{desk.t("articles.none")}</p>}
    </div>
  );
}
