"""Quoting: what of a passage is shown, and the citation that leads back to the exact place."""

from __future__ import annotations

import re

from retrieval.passage import Hit, Passage
from support.assistant.state import Draft, Json

LONGEST = 320
SENTENCE = re.compile(r".+?(?:[。！？!?]+|\.(?=\s)|\n+|$)\s*", re.DOTALL)
HEADING = re.compile(r"^\s{0,3}#{1,6}\s.*$", re.MULTILINE)
TERM = re.compile(r"[a-z0-9]{2,}|[\u4e00-\u9fff]{2}")


def quote_of(passage: Passage, question: str) -> str:
    """The piece of a passage that answers best: all of a short one, else its densest run of sentences."""
    text = _without_heading(passage.text)
    if len(text) <= LONGEST:
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


def cite_hit(draft: Draft, hit: Hit, question: str) -> tuple[str, str]:
    """Quote a hit: the quote and its mark."""
    passage = hit.passage
    quote = quote_of(passage, question)
    start = passage.start + max(0, passage.text.find(quote))
    return quote, cite(draft, passage.kind, passage.document, passage.title, quote, start)


def _without_heading(text: str) -> str:
    """From after the leading headings on: a quote starts with what is said, and stays one piece."""
    while match := HEADING.match(text.lstrip("\n")):
        rest = text.lstrip("\n")[match.end() :]
        if not rest.strip():
            break
        text = rest
    return text.strip()


def _sentences(text: str) -> list[str]:
    return [match.group() for match in SENTENCE.finditer(text)]


def _overlap(piece: str, question: str) -> int:
    words = set(TERM.findall(question.lower())) | {question[i : i + 2] for i in range(len(question) - 1)}
    return sum(1 for word in words if word.strip() and word in piece.lower())


def _best_run(pieces: list[str], weights: list[int]) -> tuple[int, int]:
    best, span = -1, (0, 1)
    for start in range(len(pieces)):
        length, weight = 0, 0
        for end in range(start, len(pieces)):
            length += len(pieces[end])
            if length > LONGEST and end > start:
                break
            weight += weights[end]
            if weight > best:
                best, span = weight, (start, end + 1)
    return span
