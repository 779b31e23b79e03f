"""Documents of other programs as the beginning of an article: their headings, lists and tables in Markdown.

trafilatura, python-docx and pypdf read them; a shop folder's own documents are read by the same (`documents.py`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from knowledge_base.documents import ENDINGS, Document, UnreadableDocument, read_document

TEXTS = (".md", ".markdown", ".txt")
_HEADING = re.compile(r"(?:Heading|heading|标题) ?([1-6])$")


def article_from(name: str, content: bytes) -> Document:
    """A document's title and its text in Markdown, by the ending of its name. Raises UnreadableDocument."""
    ending = PurePosixPath(name).suffix.lower()
    if ending in TEXTS:
        return Document(_plain(content))
    if ending not in ENDINGS:
        raise UnreadableDocument(
            f"a file that ends in {ending or 'nothing'} is not read; save it as {' '.join(ENDINGS)}"
        )
    read = read_document(ending, content)
    if ending == ".pdf":
        return read
    marked = _docx(content) if ending == ".docx" else _html(content)
    text = _without_title(marked, read.title)
    return Document(text if text.strip() else read.text, read.title)


def _plain(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableDocument("the text is not UTF-8; save it again as UTF-8") from error


def _html(content: bytes) -> str:
    import trafilatura

    found = trafilatura.extract(
        content, output_format="markdown", include_formatting=True, include_tables=True, include_comments=False,
        include_links=True, favor_recall=True,
    )  # fmt: skip
    return found or ""


def _docx(content: bytes) -> str:
    import docx

    return "\n\n".join(_blocks(docx.Document(io.BytesIO(content))))


def _blocks(document: Any) -> Iterator[str]:
    """Paragraphs and tables in their order; the items of a list stay together."""
    items: list[str] = []
    for block in document.iter_inner_content():
        item = None if hasattr(block, "rows") else _item(block)
        if item is not None:
            items.append(item)
            continue
        if items:
            yield "\n".join(items)
            items = []
        if text := _table(block) if hasattr(block, "rows") else _paragraph(block):
            yield text
    if items:
        yield "\n".join(items)


def _paragraph(paragraph: Any) -> str:
    text = str(paragraph.text).strip()
    style = str(getattr(paragraph.style, "name", "") or "")
    level = 1 if style == "Title" else int(found.group(1)) if (found := _HEADING.search(style)) else 0
    return f"{'#' * level} {text}" if level and text else text


def _item(paragraph: Any) -> str | None:
    style, text = str(getattr(paragraph.style, "name", "") or ""), str(paragraph.text).strip()
    if not text or not style.startswith("List"):
        return None
    return f"1. {text}" if style.startswith("List Number") else f"- {text}"


def _table(table: Any) -> str:
    """One line a row: the assistant reads lines, and the chat draws no tables."""
    rows = ([cell.text.strip() for cell in row.cells] for row in table.rows)
    return "\n".join("- " + " · ".join(cell for cell in row if cell) for row in rows if any(row))


def _without_title(text: str, title: str | None) -> str:
    """The text without a first heading that says the title again."""
    first, _, rest = text.lstrip().partition("\n")
    return rest.lstrip("\n") if title and first.lstrip("# ").strip() == title.strip() else text
