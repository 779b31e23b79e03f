"""An article begun from what people asked: everything but the answer, in the format of a shop folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import yaml

MOST_QUESTIONS = 8
"""Ways of asking in a draft: more make the index longer and find nothing more."""
_LONGEST, _SHORTEST = 120, 2
_HINT = {
    "zh": "# 顾客问过、还没有答案的问题。请在第二个 --- 下面写出答案；没有答案的文章不会被导入。",
    "en": "# What buyers asked and nothing answers yet. Write the answer below the second ---; without one it is no "
    "article and cannot be imported.",
}
_TAKEN_OUT = re.compile(r"\[[a-z -]{3,20}\]")


@dataclass(frozen=True, slots=True)
class ArticleDraft:
    """A file for a shop folder: its path there, and its text."""

    path: str
    text: str


def article_draft(key: str, lang: str, asked: Iterable[str]) -> ArticleDraft:
    """The draft of an article that answers `asked`, the likeliest way of asking first.

    Args:
        key: an id that no other article of the shop has.
        asked: buyers' words, redacted; what was taken out of them in brackets is left out.
    """
    questions = list(dict.fromkeys(text for one in asked if len(text := _plain(one)) >= _SHORTEST))[:MOST_QUESTIONS]
    matter = {"id": key, "title": questions[0] if questions else key, "lang": lang, "questions": questions}
    written = yaml.safe_dump(matter, allow_unicode=True, sort_keys=False, width=1000)
    hint = _HINT["zh" if lang.startswith("zh") else "en"]
    return ArticleDraft(f"articles/{lang}/{key}.md", f"---\n{hint}\n{written}---\n")


def _plain(text: str) -> str:
    return " ".join(_TAKEN_OUT.sub(" ", text).split())[:_LONGEST].strip(" ,，。:：")
