"""Whatever a checker is told to overlook has the reason beside it, and goes when the checker has nothing to say."""

from __future__ import annotations

import re
import tokenize
import tomllib
from collections.abc import Iterator
from itertools import pairwise

from tests.house.sizes import ROOT, tracked

TOLD = re.compile(r"#\s*(?:type:\s*ignore|noqa|ruff:|mypy:|pyright:|pragma:)", re.IGNORECASE)
"""A comment that is written for a checker."""
REASONED = re.compile(r"(?:# type: ignore\[[a-z, -]+\]  |# noqa: [A-Z]+\d+(?:, [A-Z]+\d+)*  )+# (?!noqa|type:)\S.{4,}")
"""Which rule it is, and then why."""
FORCED = re.compile(r"@ts-\w+|eslint-disable|\bas (?:unknown as|any|never)\b|\bany>|: any(?:[;,=\[]|\)\s*(?:=>|[{:]))")
"""TypeScript that takes a value for what the compiler cannot see that it is."""
COMMENTED = re.compile(r"\s//\s+\S.{4,}|\*/\s*$")


def _comments(name: str) -> Iterator[tuple[int, str]]:
    with (ROOT / name).open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string


def test_python_has_its_reasons() -> None:
    told = [(f"{name}:{n}", text) for name in tracked("*.py") for n, text in _comments(name) if TOLD.search(text)]
    assert [one for one in told if not REASONED.fullmatch(one[1])] == []
    assert told


def test_typescript_has_its_reasons_on_the_line_or_above_it() -> None:
    bare, found = [], 0
    for name in tracked("*.ts", "*.tsx", "*.mjs"):
        lines = ["", *(ROOT / name).read_text("utf-8").splitlines()]
        for n, (above, line) in enumerate(pairwise(lines), 1):
            if FORCED.search(line):
                found += 1
                if not COMMENTED.search(line) and not COMMENTED.search(f" {above}"):
                    bare.append(f"{name}:{n}: {line.strip()}")
    assert bare == []
    assert found


def test_what_is_no_longer_needed_is_complained_of() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    assert tool["mypy"]["strict"] is True
    assert not {"warn_unused_ignores", "disable_error_code", "ignore_errors"} & tool["mypy"].keys()
    assert "RUF" in tool["ruff"]["lint"]["select"]
