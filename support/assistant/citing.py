"""Quoting: what of a passage is shown, and the citation that leads back to the exact place."""

from __future__ import annotations

import re

from knowledge_base.shop import ShopFolder
from retrieval.chunking import source_text
from retrieval.passage import Hit, Passage
from support.assistant.state import Draft, Json

LONGEST = 320
"""In Chinese characters; Latin text takes about twice as many for as much."""
SENTENCE = re.compile(r".+?(?:[。！？!?]+|\.(?=\s)|\n+|$)\s*", re.DOTALL)
HAN, LATIN = re.compile("[\u4e00-\u9fff]+"), re.compile(r"[a-z]{3,}")
COMMON = frozenset({
    "你们", "我们", "他们", "可以", "怎么", "什么", "有没", "没有", "是不", "不是", "请问", "一下",
    "支持", "这个", "那个", "能不", "不能", "如何", "多久", "多少", "时候", "么办", "公司",
    "the", "and", "you", "can", "for", "how", "what", "are", "does", "with", "your", "our", "this", "that", "have",
    "has", "not", "when", "where", "which", "there",
})  # fmt: skip
SHORT = 160
HEADING_LINE = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*$", re.MULTILINE)
TRAILING_HEADING = re.compile(r"(?:\s*\n\s{0,3}#{1,6}\s[^\n]*)+\s*\Z")
LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+[.)])\s")
LEAD = re.compile(r"(?:^|\n)([^\n]+)\n\s*\Z")
PARAGRAPH = re.compile(r"\s*\S.*?(?=\n\s*\n|\Z)", re.DOTALL)
HEADING = re.compile(r"^\s{0,3}#{1,6}\s.*$", re.MULTILINE)
TERM = re.compile(r"[a-z0-9]{2,}|[\u4e00-\u9fff]{2}")


def quote_of(passage: Passage, document: str, question: str) -> str:
    """The piece of a document that answers best: a short passage with what follows it, of a long one the densest run.

    Always an exact slice of `document`, the text that the passage is a slice of.
    """
    text = _without_heading(_widened(passage, document))
    if len(text) <= _room(text):
        return text
    pieces = [piece for piece in _sentences(text) if piece]
    weights = [_overlap(piece, question) for piece in pieces]
    start, end = _best_run(pieces, weights)
    return "".join(pieces[start:end]).strip()


def cite(draft: Draft, kind: str, document: str, title: str, quote: str, start: int = 0) -> str:
    """Add a citation and return its mark, `[1]`; the same place twice is one citation."""
    for entry in draft.citations:
        if (entry["kind"], entry["id"], entry["quote"]) == (kind, document, quote):
            return f"[{entry['n']}]"
    number = len(draft.citations) + 1
    added: Json = {
        "n": number, "kind": kind, "id": document, "title": title, "quote": quote, "start": start,
        "end": start + len(quote),
    }  # fmt: skip
    draft.citations.append(added)
    return f"[{number}]"


def cite_hit(draft: Draft, folder: ShopFolder, hit: Hit, question: str) -> tuple[str, str]:
    """Quote a hit: the words to show and the mark of their citation."""
    passage = hit.passage
    source = source_text(folder, passage.kind, passage.document, passage.lang, passage.effective)
    whole = source.text if source and source.text[passage.start : passage.end] == passage.text else passage.text
    quote = quote_of(passage, whole, question)
    near = max(0, passage.start - _room(quote)) if whole is not passage.text else 0
    start = max(0, whole.find(quote, near))
    return readable(quote), cite(draft, passage.kind, passage.document, passage.title, quote, start)


def content_words(text: str) -> frozenset[str]:
    """Latin words of three letters and more, and pairs of Han characters, without those that any question has."""
    text = text.lower()
    han = {run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)}
    return frozenset((han | set(LATIN.findall(text))) - COMMON)


def readable(quote: str) -> str:
    """Markdown headings as bold lines: a bubble has no room for headings."""
    return HEADING_LINE.sub(r"**\1**", quote)


def _room(text: str) -> int:
    """How many characters a quote in this script may have."""
    han = sum("\u4e00" <= char <= "\u9fff" for char in text)
    return LONGEST if han * 4 > len(text) else 2 * LONGEST


def _widened(passage: Passage, document: str) -> str:
    """A short passage with the paragraphs after it, and a bare list with the heading or line that it belongs to."""
    if document[passage.start : passage.end] != passage.text:
        return passage.text
    room, start, end = _room(passage.text), passage.start, passage.end
    if LIST_ITEM.match(passage.text) and (lead := LEAD.search(document, 0, start)):
        start = lead.start(1)
    if end - start < SHORT * room // LONGEST:
        for paragraph in PARAGRAPH.finditer(document, end):
            if paragraph.end() - start > room:
                break
            end = paragraph.end()
    return TRAILING_HEADING.sub("", document[start:end]).rstrip()


def _without_heading(text: str) -> str:
    """From after the leading headings on: a quote starts with what is said, and stays one piece."""
    while match := HEADING.match(text.lstrip("\n")):
        rest = text.lstrip("\n")[match.end() :]
        if not rest.strip() or LIST_ITEM.match(rest):
            break
        text = rest
    return text.strip()


def _sentences(text: str) -> list[str]:
    return [match.group() for match in SENTENCE.finditer(text)]


def _overlap(piece: str, question: str) -> int:
    words = set(TERM.findall(question.lower())) | {question[i : i + 2] for i in range(len(question) - 1)}
    return sum(1 for word in words if word.strip() and word in piece.lower())


def _best_run(pieces: list[str], weights: list[int]) -> tuple[int, int]:
    best, span, room = -1, (0, 1), _room("".join(pieces))
    for start in range(len(pieces)):
        length, weight = 0, 0
        for end in range(start, len(pieces)):
            length += len(pieces[end])
            if length > room and end > start:
                break
            weight += weights[end]
            if weight > best:
                best, span = weight, (start, end + 1)
    return span
