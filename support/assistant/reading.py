"""Understanding with a model: a second reading, taken only where the rules would have to ask what was meant.

A model reads what the rules are unsure of. It may answer a question from the shop's own words, put what it takes the
message for first among the choices, or hear that a person is needed. It never quiets an alarm, never supplies a number,
an amount or a proof, and never leads to a decision by itself: for that the buyer taps or says it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import msgspec

from support.assistant.head import Head
from support.assistant.meant import SURE
from support.assistant.model import Model, ModelFailed
from support.assistant.phrases import label
from support.assistant.plan import ESCALATE, plan
from support.assistant.prompts import prompt
from support.assistant.redact import redacted
from support.assistant.state import Json, TurnState, Understanding
from support.assistant.topics import TOPICS
from support.assistant.understand import understand

When = Literal["unsure", "always", "never"]
LONGEST = 1500
"""Characters of a message that a model gets to see."""
SMALL_TALK = frozenset({"greeting", "thanks", "goodbye", "feedback_good", "feedback_bad"})
"""Small talk that changes nothing: a yes, a no or a correction is the rules' alone."""


class Reading(msgspec.Struct, frozen=True):
    """What a model takes a message for. What else it says is not even read."""

    topic: str
    stance: Literal["case", "general", "other"] = "other"
    request: str = "none"


@dataclass(frozen=True, slots=True)
class SecondReader:
    """A model that reads after the rules, and when it is asked at all."""

    model: Model
    when: When = "unsure"


def understand_twice(
    state: TurnState, head: Head, embed: Callable[[str], Any], reader: SecondReader
) -> TurnState:  # fmt: skip
    """Understanding by the rules, and by the model where that may help."""
    found = understand(state, head, embed)
    if reader.when == "never" or state["given"].pressed or "wordless" in state["flags"]:
        return found
    unsure = plan({**state, **found})["plan"] == "unsure"
    if not unsure and reader.when == "unsure":
        return found
    started = time.perf_counter()
    reading, failure = _read(state, found["understanding"], reader.model)
    told: Json = {"ms": round((time.perf_counter() - started) * 1000, 1)}
    if reading is None:
        return {**found, "reading": told | {"failed": failure}}
    joined = join(found["understanding"], reading) if unsure else found["understanding"]
    told |= {
        "topic": reading.topic, "stance": reading.stance, "request": reading.request,
        "agrees": agrees(found["understanding"], reading), "used": joined is not found["understanding"],
    }  # fmt: skip
    return {**found, "understanding": joined, "reading": told}


def join(rules: Understanding, reading: Reading) -> Understanding:
    """The rules' understanding, which was unsure, with what a reading may add to it."""
    topic = TOPICS[reading.topic]
    if topic.mode == "question" or (reading.topic in SMALL_TALK and rules.order_number is None):
        return replace(rules, topic=reading.topic, confidence=SURE, stance="general", request=None, engine="model")
    if topic.mode == "human":
        sure = max(SURE, ESCALATE)
        return replace(rules, topic=reading.topic, confidence=sure, stance="case", request=None, engine="model")
    if topic.mode == "case":
        others = tuple(name for name in rules.candidates if name != reading.topic)
        return replace(rules, candidates=(reading.topic, *others), engine="model")
    return rules


def agrees(rules: Understanding, reading: Reading) -> bool:
    """Whether both take the message for the same."""
    return (rules.topic, rules.request or "none") == (reading.topic, reading.request)


def parsed(answer: str) -> Reading | None:
    """The reading in a model's answer, None where it is none: a form that is not kept, or kinds that are not there."""
    start, end = answer.find("{"), answer.rfind("}")
    try:
        reading = msgspec.json.decode(answer[start : end + 1] if start >= 0 else answer, type=Reading)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    return reading if reading.topic in TOPICS else None


def _read(state: TurnState, rules: Understanding, model: Model) -> tuple[Reading | None, str]:
    try:
        reading = parsed(model.complete(prompt("understand"), _given(state, rules)))
    except ModelFailed as failed:
        return None, failed.reason
    return reading, "" if reading else "malformed"


def _given(state: TurnState, rules: Understanding) -> str:
    """The message and what is needed to sort it, as one JSON object: data that no message can break out of."""
    memory = state["given"].memory
    topics = {name: label("en", "topic", name) for name in TOPICS}
    asked = {
        "buyer": redacted(state["text"])[:LONGEST], "language": rules.lang, "asked": list(memory.asks),
        "before": memory.topic, "likely": list(rules.candidates), "topics": topics,
    }  # fmt: skip
    return json.dumps(asked, ensure_ascii=False)
