import { Icon } from "../../ui/icons.js";
import { plain } from "../../core/markdown.js";
import { desk } from "../app.js";
import type { Detail, Suggestion } from "../model.js";
import { insert } from "./index.js";
import { t } from "./words.js";

/** One line above the composer: a suggestion is there, to be inserted at once or looked at beside the case. */
export function SuggestionReady({ detail, suggestion }: { detail: Detail; suggestion: Suggestion }) {
  const view = () => {
    desk.context.value = true;
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-testid=copilot-text]")?.focus());
  };
  return (
    <div class="suggestion" data-testid="suggestion">
      <Icon name="spark" size={15} />
      <b>{t("ready")}</b>
      <span class="suggestion-line" dir="auto">{plain(suggestion.text)}</span>
      <button type="button" class="link quiet" data-testid="suggestion-view" onClick={view}>{t("view")}</button>
      <button type="button" class="btn soft" data-testid="suggestion-insert" onClick={() => insert(detail.conversation.id, suggestion)}>{t("insert")}</button>
    </div>
  );
}
