"""Reads `articles/**`: Markdown and plain text as they are written, HTML, PDF and Word by their text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import cast

from knowledge_base.article import Article, Audience
from knowledge_base.csv_cells import CellError, day
from knowledge_base.documents import ENDINGS, UnreadableDocument, read_document
from knowledge_base.file_text import read_text
from knowledge_base.findings import Findings
from knowledge_base.front_matter import FrontMatter, split_front_matter
from knowledge_base.languages import among, of_path

TEXT_ENDINGS = (".md", ".markdown", ".txt")
ARTICLE_ENDINGS = (*TEXT_ENDINGS, *ENDINGS)
_KEYS = ("id", "title", "lang", "products", "audience", "valid_from", "valid_to", "questions")
_ID = re.compile(r"[^\s/\\](?:[^/\\\x00-\x1f]{0,198}[^\s/\\])?")
_HEADING = re.compile(r"^#{1,6}[ \t](.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ArticleReader:
    """Reads the articles of one shop; `products` is None where the catalogue is not in the folder."""

    languages: tuple[str, ...]
    products: frozenset[str] | None
    findings: Findings

    def read(self, path: str, content: bytes) -> Article | None:
        """The article of one file, None where it cannot be read (a fault)."""
        stem, lang = of_path(path, self.languages)
        ending = PurePosixPath(path).suffix.lower()
        if ending in ENDINGS:
            return self._document(path, content, ending, stem, lang)
        text = read_text(path, content, self.findings)
        if text is None:
            return None
        matter = split_front_matter(path, text, self.findings)
        matter.warn_unknown(_KEYS)
        return self._article(matter, stem, lang)

    def _document(self, path: str, content: bytes, ending: str, stem: str, lang: str | None) -> Article | None:
        try:
            document = read_document(ending, content)
        except UnreadableDocument as error:
            self.findings.fault(path, 1, str(error))
            return None
        article_id = self._id(path, 1, stem)
        return Article(article_id, document.title or stem, lang or self.languages[0], document.text, path)

    def _article(self, matter: FrontMatter, stem: str, lang: str | None) -> Article | None:
        if not matter.body.strip():
            self.findings.fault(matter.path, matter.body_line, "the article is empty; write its text")
            return None
        valid_from, valid_to = read_day(matter, "valid_from"), read_day(matter, "valid_to")
        if valid_from and valid_to and valid_to < valid_from:
            matter.fault("valid_to", f"valid_to {valid_to} is before valid_from {valid_from}")
        return Article(
            id=self._id(matter.path, matter.line("id"), matter.text("id") or stem),
            title=matter.text("title") or first_heading(matter.body) or stem,
            lang=read_lang(matter, lang, self.languages),
            text=matter.body,
            source=matter.path,
            line=matter.body_line,
            products=self._products(matter),
            audience=self._audience(matter),
            valid_from=valid_from,
            valid_to=valid_to,
            questions=matter.texts("questions"),
        )

    def _id(self, path: str, line: int, article_id: str) -> str:
        if _ID.fullmatch(article_id):
            return article_id
        self.findings.fault(path, line, f"the id {article_id[:80]!r} holds slashes or is too long; write a shorter one")
        return "article"

    def _products(self, matter: FrontMatter) -> tuple[str, ...]:
        named = matter.texts("products")
        for product in named:
            if self.products is not None and product not in self.products:
                matter.fault("products", f"the product {product!r} is not in products.csv; add it there, or correct it")
        return named

    def _audience(self, matter: FrontMatter) -> Audience:
        audience = matter.text("audience") or "public"
        if audience not in ("public", "agents"):
            matter.fault("audience", f"audience {audience!r} must be public or agents")
            return "agents"
        return cast(Audience, audience)


def first_heading(text: str) -> str | None:
    """The text of the first Markdown heading."""
    titles = (match.group(1).strip().rstrip("#").strip() for match in _HEADING.finditer(text))
    return next((title for title in titles if title), None)


def read_lang(matter: FrontMatter, of_file: str | None, languages: tuple[str, ...]) -> str:
    """The language of a file: of its front matter, else of its path, else the shop's first."""
    written = matter.text("lang")
    if written is None:
        return of_file or languages[0]
    found = among(written, languages)
    if found is None:
        matter.fault("lang", f"lang {written!r} is no language tag; write {' or '.join(languages)}")
        return languages[0]
    if found not in languages:
        matter.findings.warn(matter.path, matter.line("lang"), f"lang {found} is not among the shop's languages")
    return found


def read_day(matter: FrontMatter, key: str) -> date | None:
    """A day of the front matter, None where it is missing or wrong (a fault)."""
    written = matter.text(key)
    try:
        return None if written is None else day(written)
    except CellError as error:
        matter.fault(key, f"{key}: {error}")
        return None


def refuse_duplicates(articles: list[Article], findings: Findings) -> None:
    """Note a fault for each article whose id and language another one has."""
    seen: dict[tuple[str, str], Article] = {}
    for article in articles:
        first = seen.setdefault((article.id, article.lang), article)
        if first is not article:
            remedy = "give one of them another id, or translations their lang"
            place = f"the id {article.id!r} in {article.lang} is that of {first.source} too"
            findings.fault(article.source, 1, f"{place}; {remedy}")
