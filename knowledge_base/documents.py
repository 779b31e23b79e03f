"""
UnreadableDocument   an HTML, PDF or Word file without readable text; says what to do

The text of documents that were written elsewhere. The libraries that read them are loaded on first use.
"""

from __future__ import annotations

import io
import logging
import zipfile
from dataclasses import dataclass

MAX_UNPACKED = 64 * 1024 * 1024
MAX_PAGES = 500
ENDINGS = (".html", ".htm", ".pdf", ".docx")


class UnreadableDocument(ValueError):
    """A document that holds no text that can be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text, and its title where it has one."""

    text: str
    title: str | None = None


def read_document(ending: str, content: bytes) -> Document:
    """The text of `content`, by the file's ending. Raises UnreadableDocument, whatever the bytes are."""
    read = {".pdf": _pdf, ".docx": _docx}.get(ending, _html)
    try:
        document = read(content)
    except UnreadableDocument:
        raise
    except RecursionError as error:
        raise UnreadableDocument("the document is nested too deep; save it again, or as Markdown") from error
    except Exception as error:  # the libraries raise whatever foreign bytes provoke
        problem = f"the document cannot be read ({type(error).__name__}); save it again, or as Markdown"
        raise UnreadableDocument(problem) from error
    if not document.text.strip():
        raise UnreadableDocument("the document holds no text (a scan, perhaps); write it as Markdown")
    return document


def _html(content: bytes) -> Document:
    import trafilatura

    if content.startswith((b"%PDF", b"PK\x03\x04")) or b"\0" in content:
        raise UnreadableDocument("this is no HTML; give the file the ending of what it is")
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    found = trafilatura.bare_extraction(content, with_metadata=True, include_comments=False, favor_recall=True)
    if found is None:  # too short to tell its text from its navigation
        return Document(str(trafilatura.html2txt(b"<html><body>" + content + b"</body></html>") or ""))
    return Document(str(getattr(found, "text", "") or ""), getattr(found, "title", None) or None)


def _pdf(content: bytes) -> Document:
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableDocument("the PDF is locked with a password; save it without one")
    if len(reader.pages) > MAX_PAGES:
        raise UnreadableDocument(f"the PDF has more than {MAX_PAGES} pages; split it")
    pages = [page.extract_text().strip() for page in reader.pages]
    title = reader.metadata.title if reader.metadata else None
    return Document("\n\n".join(page for page in pages if page), str(title).strip() or None if title else None)


def _docx(content: bytes) -> Document:
    import docx

    _refuse_bomb(content)
    document = docx.Document(io.BytesIO(content))
    parts = [paragraph.text.strip() for paragraph in document.paragraphs]
    for table in document.tables:
        parts.extend(" | ".join(cell.text.strip() for cell in row.cells) for row in table.rows)
    title = document.core_properties.title or _first_heading(document)
    return Document("\n\n".join(part for part in parts if part), (title or "").strip() or None)


def _first_heading(document: object) -> str | None:
    for paragraph in getattr(document, "paragraphs", ()):
        style = getattr(paragraph.style, "name", "") or ""
        if style.startswith(("Heading", "Title")) and paragraph.text.strip():
            return str(paragraph.text)
    return None


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED:
            raise UnreadableDocument(f"the document unpacks to more than {MAX_UNPACKED // 2**20} MiB; make it smaller")
