import { Icon } from "../ui/icons.js";
import { plain } from "../core/markdown.js";
import { Markdown } from "../ui/markdown.js";
import { desk } from "./app.js";
import type { Detail, Suggestion } from "./model.js";

/** What the assistant would have said: taken over into the draft, or put aside. Nothing of it is sent by itself. */
export function SuggestionCard({ detail, suggestion }: { detail: Detail; suggestion: Suggestion }) {
  const { id } = detail.conversation;
  const drop = () => (desk.client.store.dropSuggestion(id), desk.keepDraft(id, "reply", desk.draft(id, "reply")));
  const insert = () => {
    const before = desk.draft(id, "reply");
    const text = plain(suggestion.text) === "" ? suggestion.text : clean(suggestion.text);
    desk.keepDraft(id, "reply", before ? `${before}\n${text}` : text);
    drop();
    desk.write("reply");
  };
  return (
    <section class="suggestion" data-testid="suggestion" aria-label={desk.t("suggest")}>
      <header>
        <Icon name="spark" size={15} />
        <b>{desk.t("suggest")}</b>
        {suggestion.citations.length > 0 && <small>{desk.t("suggest.sources", { n: suggestion.citations.length })}</small>}
        <span class="row-gap" />
        <button type="button" class="link quiet" data-testid="suggestion-reject" onClick={drop}>{desk.t("suggest.reject")}</button>
        <button type="button" class="btn soft" data-testid="suggestion-insert" onClick={insert}>{desk.t("suggest.insert")}</button>
      </header>
      <div class="suggestion-text" dir="auto"><Markdown text={suggestion.text} cite={(n) => <sup class="cite">{n}</sup>} /></div>
    </section>
  );
}

/** Marks of sources are for the agent; a person's words carry none. */
function clean(text: string): string {
  return text.replace(/\s?\[\d{1,2}\]/g, "").trim();
}
