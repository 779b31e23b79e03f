"""Questions that buyers ask in the very words in which the shop has written them down."""

from __future__ import annotations

from knowledge_base.article import Article
from knowledge_base.shop import ShopFolder


def articles_asked(text: str, folder: ShopFolder) -> tuple[Article, ...]:
    """The articles among whose `questions:` the message is, but for signs and the case of letters."""
    asked = _plain(text)
    return tuple(one for one in folder.articles if asked and asked in map(_plain, one.questions))


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
