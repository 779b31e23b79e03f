"""The page of the language, read: its sentences and its tables."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).parents[4] / "docs" / "policy-language.md"
_FENCE = re.compile(r"^(`{3,}).*?^\1$", re.MULTILINE | re.DOTALL)


def sentences() -> tuple[str, ...]:
    """One a line: prose, without headings, tables and what stands in fences."""
    lines = _FENCE.sub("", PAGE.read_text("utf-8")).splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith(("#", "|")))


def table(first: str) -> tuple[tuple[str, ...], ...]:
    """The rows of the table whose first column is headed so."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        cells = re.split(r"(?<!\\)\|", line)[1:-1]
        rows.append(tuple(cell.strip() for cell in cells))
    return tuple(rows)


def worked_example() -> str:
    """The policy file with which the page begins."""
    text = PAGE.read_text("utf-8")
    return text.split("````markdown\n")[1].split("````\n")[0]
