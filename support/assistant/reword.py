"""Composing with a model: the composed sentences in words that fit this buyer, each checked before it is said.

A model gets the sentences with slots for their facts. Its answer is read as it comes, a line for each sentence; what
passes the checks is said at once, and whatever does not, or does not come in time, is said as it was composed.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from support.assistant.checks import Worded, faults
from support.assistant.model import Model, ModelFailed
from support.assistant.prompts import prompt
from support.assistant.reading import LONGEST
from support.assistant.redact import redacted
from support.assistant.state import Json, TurnState
from support.assistant.units import Unit, units
from support.assistant.verify import backing, may_promise, problems

UNTOUCHED = frozenset({"confirm", "contest", "human"})
"""Ways to answer whose words are a receipt or go with a person's coming."""
LINE = re.compile(r"\s*(\d{1,3})\s*[|｜]\s*(.*?)\s*$")
log = structlog.get_logger()


@dataclass(slots=True)
class Account:
    """What became of the sentences: counts and names of checks, never words."""

    sent: int = 0
    kept: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed: str = ""
    ms: float = 0.0

    def as_json(self) -> Json:
        """For the trace."""
        told: Json = {"sent": self.sent, "kept": self.kept, "ms": round(self.ms, 1)}
        return told | {
            name: value for name, value in (("refused", dict(self.refused)), ("failed", self.failed)) if value
        }


def reword(state: TurnState, model: Model, embed: Callable[[str], Any]) -> TurnState:
    """Say the answer sentence by sentence, in the model's words where they hold."""
    given, draft = state["given"], state["draft"]
    cut = units(draft.lines, state.get("heard", ()))
    asked = {str(n): unit.template for n, unit in enumerate(cut, 1) if unit.template}
    if not asked or state["plan"] in UNTOUCHED or "unverified" in " ".join(state["flags"]):
        return {}
    given.on_step("step.compose")
    account, started = Account(), time.perf_counter()
    lines = Lines(model.stream(prompt("reword"), _given(state, asked), given.stopped))
    said = _joined(cut, _say_each(state, cut, lines, embed, account))
    lines.close()
    account.ms, account.failed = (time.perf_counter() - started) * 1000, lines.failed
    if wrong := problems(draft, "\n".join(said), partial(backing, state), may_promise(state)):
        account.sent, account.failed, said = 0, f"as a whole: {wrong[0].split()[0]}", draft.lines
    if account.refused or account.failed:
        log.warning("a model's words were not sent", refused=dict(account.refused), failed=account.failed)
    draft.lines = said
    return {"draft": draft, "rewording": account.as_json()}


def _say_each(
    state: TurnState, cut: Sequence[Unit], lines: Lines, embed: Callable[[str], Any], account: Account
) -> list[str]:
    given, lang = state["given"], state["understanding"].lang
    said: list[str] = []
    for number, unit in enumerate(cut, 1):
        text = unit.plain
        if unit.template and not given.stopped():
            text = _worded(unit, lines.take(number), lang, embed, account)
        break_before = "\n\n" if said and unit.line != cut[number - 2].line else ""
        if not given.say(break_before + text) and text != unit.plain:
            account.sent -= 1
            text = unit.plain
        said.append(text)
    return said


def _worded(unit: Unit, answer: str | None, lang: str, embed: Callable[[str], Any], account: Account) -> str:
    """The model's sentence with its facts in it if it holds, else the composed one."""
    if answer is None or answer == unit.template:
        account.kept += 1
        return unit.plain
    found = faults(Worded(unit, answer, lang, embed))
    if found:
        account.refused.update(found[:1])
        account.kept += 1
        return unit.plain
    account.sent += 1
    return unit.filled(answer) + unit.space


def _joined(cut: Sequence[Unit], said: Sequence[str]) -> list[str]:
    lines: dict[int, str] = {}
    for unit, text in zip(cut, said, strict=True):
        lines[unit.line] = lines.get(unit.line, "") + text
    return list(lines.values())


def _given(state: TurnState, asked: Mapping[str, str]) -> str:
    """The sentences and the buyer's message, as one JSON object: data that no message can break out of."""
    data = {
        "buyer": redacted(state["text"])[:LONGEST], "language": state["understanding"].lang, "lines": dict(asked),
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False)


class Lines:
    """The numbered lines of an answer, read only as far as is asked for; `failed` says why it broke off."""

    def __init__(self, pieces: Generator[str]) -> None:
        self.failed = ""
        self._pieces, self._lines = pieces, self._read(pieces)
        self._next: tuple[int, str] | None = None

    def take(self, number: int) -> str | None:
        """The text of that line; None where it does not come. What comes before it out of turn is dropped."""
        while self._next is None or self._next[0] < number:
            self._next = next(self._lines, (1_000_000, ""))
        return self._next[1] if self._next[0] == number else None

    def close(self) -> None:
        """Listen no longer."""
        self._lines.close()
        self._pieces.close()

    def _read(self, pieces: Iterator[str]) -> Generator[tuple[int, str]]:
        held = ""
        try:
            for piece in pieces:
                held += piece
                while "\n" in held:
                    line, held = held.split("\n", 1)
                    yield from _numbered(line)
        except ModelFailed as failed:
            self.failed = failed.reason
            return  # a line that was broken off is none
        yield from _numbered(held)


def _numbered(line: str) -> Iterator[tuple[int, str]]:
    if match := LINE.match(line):
        yield int(match[1]), match[2]
