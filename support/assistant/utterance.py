"""The labelled messages that the head learns from: `utterances/*.jsonl`, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from support.assistant.topics import TOPICS

PACKAGED = Path(__file__).with_name("utterances")
LANGUAGES = ("zh-CN", "en")
REQUESTS = ("none", "refund", "cancel", "reissue", "deliver", "exchange", "invoice", "privacy", "complaint")
STANCES = ("case", "general", "other")


class BadUtterance(Exception):
    """A line of the training text is wrong."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        self.path, self.line, self.why = path, line, why
        super().__init__(f"{path.name}:{line}: {why}")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One labelled message. Rows of one `family` say the same thing; learning and scoring never share a family."""

    text: str
    lang: str
    topic: str
    request: str
    stance: str
    family: str


def read(folder: Path = PACKAGED) -> tuple[Utterance, ...]:
    """Every message in `folder`, by file name and line. Raises BadUtterance."""
    return tuple(row for path in sorted(folder.glob("*.jsonl")) for row in _rows(path))


def _rows(path: Path) -> Iterator[Utterance]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            row = Utterance(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise BadUtterance(path, number, f"not one object of the six fields: {error}") from error
        if wrong := _wrong(row):
            raise BadUtterance(path, number, wrong)
        yield row


def _wrong(row: Utterance) -> str | None:
    allowed = {"lang": LANGUAGES, "topic": tuple(TOPICS), "request": REQUESTS, "stance": STANCES}
    for field in fields(row):
        value = getattr(row, field.name)
        if not isinstance(value, str) or not value.strip():
            return f"`{field.name}` is empty: give it a text"
        if field.name in allowed and value not in allowed[field.name]:
            return f"`{field.name}` is {value!r}: one of {', '.join(allowed[field.name])}"
    return None
