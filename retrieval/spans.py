"""Markdown into spans: where the passages of a text begin and end, and under which headings they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LEAST = 150
MOST = 450

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*(?:\{#[^}]*\})?[ \t]*$")
_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_SENTENCE_END = re.compile(r"""[。！？；…!?][”’"'）)】」』]*|[.;](?=\s)|\n""")


@dataclass(frozen=True, slots=True)
class Span:
    """`text[start:end]`, in code points, under `headings` from the outermost in."""

    start: int
    end: int
    headings: tuple[str, ...] = ()


def spans_of(text: str) -> tuple[Span, ...]:
    """Spans of about 150 to 450 characters that cross no heading and cut no sentence, in order."""
    return tuple(span for section in _sections(text) for span in _packed(text, section))


@dataclass(slots=True)
class _Section:
    headings: tuple[str, ...]
    paragraphs: list[tuple[int, int]]


def _sections(text: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    section = _Section((), [])
    for start, end in _blocks(text):
        heading = _HEADING.match(text[start:end]) if text[start] == "#" else None
        if heading is None:
            section.paragraphs.append((start, end))
            continue
        yield section
        depth = len(heading[1])
        path = [*(item for item in path if item[0] < depth), (depth, heading[2])]
        section = _Section(tuple(title for _, title in path if title), [])
    yield section


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Paragraphs, headings and fenced code, each without the blank lines around it."""
    start: int | None = None
    end, fence, position = 0, "", 0
    for line in text.splitlines(keepends=True):
        opens = _FENCE.match(line)
        is_heading = not fence and line[0] == "#" and _HEADING.match(line.rstrip("\r\n")) is not None
        if start is not None and not fence and (not line.strip() or is_heading):
            yield start, end
            start = None
        if line.strip():
            start = position + len(line) - len(line.lstrip()) if start is None else start
            end = position + len(line.rstrip())
        if opens and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else opens[1]
        position += len(line)
        if is_heading and start is not None:
            yield start, end
            start = None
    if start is not None:
        yield start, end


def _packed(text: str, section: _Section) -> Iterator[Span]:
    """Short paragraphs joined to their neighbours, long ones cut at sentence ends."""
    start: int | None = None
    end = 0
    for piece_start, piece_end in _pieces(text, section.paragraphs):
        if start is not None and (end - start >= LEAST or piece_end - start > MOST):
            yield Span(start, end, section.headings)
            start = None
        start = piece_start if start is None else start
        end = piece_end
    if start is not None:
        yield Span(start, end, section.headings)


def _pieces(text: str, paragraphs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in paragraphs:
        if end - start <= MOST:
            yield start, end
        else:
            yield from _sentences(text, start, end)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    for stop in _SENTENCE_END.finditer(text, start, end):
        yield from _trimmed(text, position, stop.end())
        position = stop.end()
    yield from _trimmed(text, position, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
