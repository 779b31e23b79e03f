"""Options that many commands have, and how what is given to them is read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Shop = Annotated[str, typer.Option("--shop", help="The shop's id.")]
Word = TypeVar("Word", bound=str)
EARLIEST, LATEST = 2, 9998
"""Years of a clock: a day to spare on either side, for other zones."""


def among(option: str, given: Iterable[str], known: Iterable[Word]) -> list[Word]:
    """What was given, in the order of what is known. Raises BadParameter for another, and names all that are known."""
    asked, names = tuple(given), tuple(known)
    for one in asked:
        if one not in names:
            raise typer.BadParameter(f"--{option} {one!r}: one of {', '.join(names)}")
    return [name for name in names if name in asked]


def a_time(text: str | None) -> datetime | None:
    """`--now`: ISO 8601; without an offset it is UTC. Raises BadParameter."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time: write it as 2026-03-01T12:00:00+08:00") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not EARLIEST <= at.year <= LATEST:
        raise typer.BadParameter(f"{text!r} is no time of a shop's: a year from {EARLIEST} to {LATEST}")
    return at


def a_language(text: str) -> str | None:
    """`--lang`: zh, zh-CN or en; None where nothing is said. Raises BadParameter."""
    if not text:
        return None
    found = {"zh": "zh-CN", "en": "en"}.get(text.lower().split("-")[0])
    if found is None:
        raise typer.BadParameter(f"{text!r} is no language here: write zh or en")
    return found


def facts_given(pairs: list[str]) -> dict[str, str]:
    """`--fact NAME=VALUE`, each as it was written. Raises BadParameter."""
    facts: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"--fact {pair!r}: write NAME=VALUE, such as order.paid=true")
        facts[name.strip()] = value.strip()
    return facts
