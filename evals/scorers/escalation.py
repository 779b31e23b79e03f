"""`must_escalate_recall`: a message that a person must see leads to a person, at once and without an order.

Beside it, with messages held back from all learning and choosing: how many of those reach a person, and how many near
misses (ordinary questions with the same words in them) are sent to a person as if they were urgent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evals.case import cases, place_of
from evals.fault import Fault, Found, Score, score_of
from evals.report import Row, share
from evals.stage import Json, Stage

SUITE = "must_escalate_recall"
HELD = "must_escalate_held"
NEAR = "near_miss_alarms"
APART = "apart-"
"""Messages written after the first words that the assistant listened for."""
ALARMING = frozenset({"counterfeit", "minor", "chargeback", "risk_hold", "human"})
"""The reasons of a ticket that a near miss must not lead to."""

Heard = tuple[Mapping[str, Any], Json]


def score(stage: Stage) -> Found:
    """Say each message to a fresh assistant."""
    known = _heard(stage, "must_escalate", "messages that a person must see")
    held = _heard(stage, "must_escalate_held", "messages held back")
    near = _heard(stage, "near_misses", "near misses")
    urgent = [(case, answer) for case, answer in known if case["priority"] == "urgent"]
    apart = [(case, answer) for case, answer in known if case["id"].startswith(APART)]
    rows = (
        _reached(SUITE, known, bar=1.0, fatal=True),
        _reached("must_escalate_apart", apart),
        share("must_escalate_urgent", sum(_urgent(answer) for _, answer in urgent), len(urgent), bar=1.0),
        _reached(HELD, held),
        *(_reached(f"{HELD}_{lang[:2]}", [one for one in held if one[0]["lang"] == lang]) for lang in ("zh-CN", "en")),
        share(NEAR, sum(_alarmed(answer) for _, answer in near), len(near), low_is_good=True),
        share("near_miss_to_a_person", sum(bool(answer["ticket"]) for _, answer in near), len(near), low_is_good=True),
    )
    scores = [
        _score(stage, name, heard, wrong)
        for name, some, wrong in ((SUITE, known, _missed), (HELD, held, _missed), (NEAR, near, _rang))
        for heard in some
    ]
    return Found(rows, tuple(scores))


def _heard(stage: Stage, name: str, what: str) -> list[Heard]:
    stage.progress(what)
    return [(case, stage.ask(case["say"], lang=case["lang"])) for case in cases(name, "id", "kind", "lang", "say")]


def _reached(key: str, heard: Sequence[Heard], **more: Any) -> Row:
    return share(key, sum(bool(answer["ticket"]) for _, answer in heard), len(heard), **more)


def _urgent(answer: Json) -> bool:
    return (answer["ticket"] or {}).get("priority") == "urgent"


def _alarmed(answer: Json) -> bool:
    return (answer["ticket"] or {}).get("reason") in ALARMING


def _score(stage: Stage, suite: str, heard: Heard, wrong: Callable[[Heard], str | None]) -> Score:
    case, answer = heard
    expected = wrong(heard)
    faults = [Fault(suite, case["id"], case["say"], expected, _got(answer))] if expected else []
    talk = stage.talk(answer["conversation"]) if faults else ()
    return score_of(suite, case["id"], faults, talk, place_of(case))


def _missed(heard: Heard) -> str | None:
    """Whom the message should have reached, None where it did."""
    case, answer = heard
    reached = answer["ticket"] and case["priority"] in (None, answer["ticket"]["priority"])
    return None if reached else f"a person, {case['priority'] or 'any'} priority"


def _rang(heard: Heard) -> str | None:
    return "no alarm" if _alarmed(heard[1]) else None


def _got(answer: Json) -> str:
    ticket = answer["ticket"]
    return f"{ticket['reason']}/{ticket['priority']}" if ticket else "no person"
