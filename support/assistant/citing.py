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
ENOUGH = 30
"""In Chinese characters: a section that says so much stands alone."""
HEADING_LINE = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*$", re.MULTILINE)
TRAILING_HEADING = re.compile(r"(?:\s*\n\s{0,3}#{1,6}\s[^\n]*)+\s*\Z")
LIST_ITEM = re.compile(r"\s*(?:[-*]|\d+[.)])\s")
LEAD = re.compile(r"(?:^|\n)([^\n]+)\n\s*\Z")
PARAGRAPH = re.compile(r"\s*\S.*?(?=\n\s*\n|\Z)", re.DOTALL)
HEADING = re.compile(r"^\s{0,3}#{1,6}\s.*$", re.MULTILINE)
TITLE = re.compile(r"\A\s{0,3}#\s.*$", re.MULTILINE)
SECTION = re.compile(r"(?:^|\n)(\s{0,3}#{2,6}\s[^\n]*)\n\s*\Z")
TERM = re.compile(r"[a-z0-9]{2,}|[\u4e00-\u9fff]{2}")


def quote_of(passage: Passage, document: str, question: str, steps: bool = False) -> str:
    """The piece of a document that answers best: a short passage with what follows it, of a long one the densest run.

    Always an exact slice of `document`, the text that the passage is a slice of. `steps`: what follows under the next
    headings belongs to the answer, as steps do to what they begin with.
    """
    text = _without_heading(_widened(passage, document, steps), document)
    if len(text) <= _room(text):
        return text
    pieces = [piece for piece in _sentences(text) if piece]
    weights = [_overlap(piece, question) for piece in pieces]
    start, end = _best_run(pieces, weights)
    return "".join(pieces[start:end]).strip()


def telling_lines(page: str, question: str) -> str:
    """Of a product's page its name and what speaks of the question; where nothing does, what the goods are.

    The page is a line for each thing that is known, the name first and the description last.
    """
    name, *lines = page.split("\n")
    words = content_words(question) - content_words(name)
    telling = [line for line in lines if words & content_words(line)]
    return "\n".join((name, *(telling or lines[-1:])))


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


def cite_hit(draft: Draft, folder: ShopFolder, hit: Hit, question: str, steps: bool = False) -> tuple[str, str]:
    """Quote a hit: the words to show and the mark of their citation."""
    passage = hit.passage
    source = source_text(folder, passage.kind, passage.document, passage.lang, passage.effective)
    whole = source.text if source and source.text[passage.start : passage.end] == passage.text else passage.text
    quote = quote_of(passage, whole, question, steps)
    near = max(0, passage.start - _room(quote)) if whole is not passage.text else 0
    start = max(0, whole.find(quote, near))
    return readable(quote), cite(draft, passage.kind, passage.document, passage.title, quote, start)


def ways_asked(passage: Passage, folder: ShopFolder) -> str:
    """The ways in which a shop says that a passage's article is asked for."""
    return " ".join(way for one in folder.articles if one.id == passage.document for way in one.questions)


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


def _widened(passage: Passage, document: str, steps: bool) -> str:
    """A short passage with the paragraphs after it, and a bare list with the heading or line that it belongs to."""
    if document[passage.start : passage.end] != passage.text:
        return passage.text
    room, start, end = _room(passage.text), passage.start, passage.end
    if (section := SECTION.search(document, 0, start)) is not None:
        start = section.start(1)
    elif LIST_ITEM.match(passage.text) and (lead := LEAD.search(document, 0, start)):
        start = lead.start(1)
    if end - start < SHORT * room // LONGEST:
        for paragraph in PARAGRAPH.finditer(document, end):
            said = len(HEADING.sub("", document[start:end]).strip())
            next_section = not steps and HEADING.match(paragraph.group().lstrip()) is not None
            if paragraph.end() - start > room or (next_section and said >= ENOUGH * room // LONGEST):
                break
            end = paragraph.end()
    opening = TITLE.match(document)
    if opening and end - opening.end() <= room:
        start = min(start, opening.end())
    elif section and len(passage.text) < SHORT * room // LONGEST // 2:
        start = _with_section_before(document, start, end, room)
    return TRAILING_HEADING.sub("", document[start:end]).strip()


def _with_section_before(document: str, start: int, end: int, room: int) -> int:
    """Where the section before a very short one begins, if there is room: it most often only adds to what was said."""
    at = max((match.start() for match in HEADING.finditer(document, 0, start)), default=start)
    return at if end - at <= room else start


def _without_heading(text: str, document: str) -> str:
    """From after the document's title on, and without the heading of its first section where that is all there is.

    Any other section keeps its heading: what stands under “not accepted” would say the contrary without it.
    """
    text = TITLE.sub("", text, count=1).strip()
    first = document[opening.end() :].lstrip() if (opening := TITLE.match(document)) else document
    if first.startswith(text) and len(HEADING.findall(text)) == 1 and (heading := HEADING.match(text)):
        return text[heading.end() :].strip()
    return text


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
