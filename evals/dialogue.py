"""Scripted conversations: what the buyer says, turn by turn, and what must then hold.

A case is `{"id", "lang", "turns": [{"say", …}], "end"?}`. `say` is one text or several that mean the same: run `i` of
a case takes the `i`-th of them, so that one case is several conversations. A turn may carry `slots` (what a form
fills), `facts` (supposed), `wait` (minutes on the clock before it) and `expect`; `end` says what must be in the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from evals.buyer import Buyer
from evals.stage import Json, Stage

DEFAULT_WAIT = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it went: what was said, what was answered, what should have been."""

    said: str
    answer: Json
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Played:
    """A conversation as it went, its id in the record, and its turns."""

    conversation: str
    turns: tuple[Turn, ...]


def variants(case: Mapping[str, Any]) -> int:
    """How many different conversations a case holds: the most ways in which one turn is said."""
    return max((len(turn["say"]) for turn in case["turns"] if isinstance(turn["say"], list)), default=1)


def play(
    stage: Stage, case: Mapping[str, Any], run: int, start: datetime | None = None, buyer: Buyer | None = None
) -> Played:
    """Run `run` of a case as a conversation of its own, by a new visitor; a simulated `buyer` types it in another way.

    It begins when the case says, else at `start`; `apart` are the minutes between runs, for cases whose wrong
    passwords would lock the next run out.
    """
    stage.settle()
    now = datetime.fromisoformat(case["now"]) if "now" in case else start or stage.now
    now += timedelta(minutes=case.get("apart", 0) * run)
    name = f"{case['id']}#{run}@{now.timestamp():.0f}{'~' if buyer else ''}"  # no suite goes on with another's talk
    turns = tuple(_turns(stage, case, run, now, name, buyer))
    return Played(turns[-1].answer["conversation"], turns)


def _turns(
    stage: Stage, case: Mapping[str, Any], run: int, now: datetime, name: str, buyer: Buyer | None
) -> Iterator[Turn]:
    for place, turn in enumerate(case["turns"]):
        now += timedelta(minutes=turn.get("wait", DEFAULT_WAIT))
        said = spoken(turn["say"], run)
        said = buyer.say(said, place) if buyer else said
        answer = stage.ask(
            said, now=now, conversation=name, lang=case.get("locale", case.get("lang", "")),
            slots=turn.get("slots", {}), facts=turn.get("facts", {}),
        )  # fmt: skip
        yield Turn(said, answer, turn.get("expect", {}))


def buyers(case: Mapping[str, Any], runs: int) -> tuple[Buyer, ...]:
    """A simulated buyer for each run, each of whom says something in another way than all before."""
    found: dict[tuple[str, ...], Buyer] = {}
    tries = count()
    while len(found) < runs:
        run, buyer = len(found), Buyer.drawn(f"{case['id']}#{next(tries)}")
        found.setdefault(tuple(buyer.say(spoken(turn["say"], run), n) for n, turn in enumerate(case["turns"])), buyer)
    return tuple(found.values())


def spoken(say: str | list[str], run: int) -> str:
    """The wording of run `run`."""
    return say if isinstance(say, str) else say[run % len(say)]
