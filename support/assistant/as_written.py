"""Questions that buyers ask in the very words in which the shop has written them down."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge_base.article import Article


def asked_as_written(text: str, articles: Iterable[Article]) -> bool:
    """Whether the message is among the `questions:` of one of them, but for signs and the case of letters."""
    asked = _plain(text)
    return bool(asked) and any(asked == _plain(one) for article in articles for one in article.questions)


def _plain(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
