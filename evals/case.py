"""
CaseError
└── BadCase   a line of a file of cases is wrong

Cases: what is tried, one JSON object a line in `cases/`, each with the answer that it should get.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CASES = Path(__file__).with_name("cases")

Json = dict[str, Any]


class CaseError(Exception):
    """Cases cannot be used."""


class BadCase(CaseError):
    """A line of a file of cases; the message has its place."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        self.path, self.line, self.why = path, line, why
        super().__init__(f"{path.name}:{line}: {why}")


def cases(name: str, *required: str, folder: Path = CASES) -> tuple[Json, ...]:
    """Every case of `name`.jsonl; each must have the fields `required`. Raises BadCase."""
    return tuple(_rows(folder / f"{name}.jsonl", required))


def _rows(path: Path, required: tuple[str, ...]) -> Iterator[Json]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadCase(path, number, f"not JSON: {error}") from error
        if not isinstance(row, dict):
            raise BadCase(path, number, "not an object: write one case a line in braces")
        if missing := [field for field in required if field not in row]:
            raise BadCase(path, number, f"without {', '.join(missing)}: a case needs {', '.join(required)}")
        yield row
