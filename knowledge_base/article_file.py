"""The text of an article's file as fields and a body, and back again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from knowledge_base.findings import Findings
from knowledge_base.front_matter import split_front_matter

LISTS = ("products", "questions")
KEYS = ("id", "title", "lang", "audience", "products", "valid_from", "valid_to", "questions")
"""In the order in which they are written."""


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """`fields` hold texts, and lists of texts under LISTS; what is left out of the file is left out here."""

    fields: Mapping[str, Any]
    body: str
    body_line: int


def split_article(text: str) -> ArticleFile:
    """The fields and body of a file, as far as they can be read; what is wrong with it is not asked here."""
    matter = split_front_matter("", text, Findings())
    read = {key: list(matter.texts(key)) if key in LISTS else matter.text(key) for key in KEYS}
    return ArticleFile({key: value for key, value in read.items() if value}, matter.body, matter.body_line)


def joined_article(fields: Mapping[str, Any], body: str, before: str = "") -> str:
    """The text of a file. Where `before` holds the same fields, its front matter stays as its author wrote it."""
    old = split_article(before)
    plain = {key: value for key in KEYS if (value := _plain(fields.get(key)))}
    if plain == old.fields and before:
        return before[: len(before) - len(old.body)] + body
    if not plain:
        return body
    return f"---\n{yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=1000)}---\n{body}"


def field_at(text: str, line: int) -> str | None:
    """The key of the front matter that a line of the file belongs to; None for a line of the body."""
    matter = split_front_matter("", text, Findings())
    if line >= matter.body_line:
        return None
    above = [(at, key) for key, at in matter.values.key_lines.items() if at <= line]
    return max(above)[1] if above else "id"


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [text for one in value if (text := str(one).strip())]
    return str(value).strip() if value is not None else ""
