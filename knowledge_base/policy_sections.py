"""Splits a policy file's Markdown into its clauses: `## title {#id}`, the text people read, the block that decides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_ID = re.compile(r"\{#([^{}]*)\}$")
_FENCE = re.compile(r" {0,3}(?P<mark>`{3,}|~{3,})(?P<info>[^`]*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A clause block's content, its lines ended by line feeds; `line` is that of its first line."""

    text: str
    line: int
    closed: bool


@dataclass(slots=True)
class Section:
    """One `##` section as it is written. `id` is None where the heading has none."""

    title: str
    id: str | None
    line: int
    lines: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What people read: the section without its blocks."""
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip()


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    info: str | None
    """The word after an opening fence, where this line is one."""
    fenced: bool
    closes: bool


def split_sections(body: str, first_line: int) -> tuple[Section, ...]:
    """The sections in order; what stands before the first one belongs to no clause."""
    sections: list[Section] = []
    block: tuple[int, list[str]] | None = None
    for line in _lines(body, first_line):
        if block is not None:
            block = _inside(block, line, sections)
        elif line.info == "clause" and sections:
            block = (line.number + 1, [])
        elif not line.fenced and line.text.startswith(("## ", "##\t")):
            sections.append(_section(line))
        elif sections:
            sections[-1].lines.append(line.text)
    if block is not None:
        sections[-1].blocks.append(Block("\n".join(block[1]), block[0], closed=False))
    return tuple(sections)


def _section(line: _Line) -> Section:
    heading = line.text[2:].strip().rstrip("#").rstrip()
    found = _ID.search(heading)
    title = heading[: found.start()].rstrip() if found else heading
    return Section(title, found.group(1) if found else None, line.number)


def _inside(block: tuple[int, list[str]], line: _Line, sections: list[Section]) -> tuple[int, list[str]] | None:
    if line.closes:
        sections[-1].blocks.append(Block("\n".join(block[1]), block[0], closed=True))
        return None
    block[1].append(line.text)
    return block


def _lines(body: str, first_line: int) -> Iterator[_Line]:
    mark = ""
    for number, raw in enumerate(body.split("\n"), start=first_line):
        text = raw.removesuffix("\r")
        fence = _FENCE.fullmatch(text)
        if mark:
            closes = fence is not None and fence["mark"].startswith(mark) and not fence["info"].strip()
            yield _Line(number, text, None, fenced=True, closes=closes)
            mark = "" if closes else mark
        else:
            mark = fence["mark"] if fence else ""
            yield _Line(number, text, fence["info"].strip() if fence else None, fenced=fence is not None, closes=False)
