"""Planning: which of a few ways a message is answered."""

from __future__ import annotations

from typing import Literal

from support.assistant.as_written import asked_as_written
from support.assistant.concepts import touches
from support.assistant.demands import demands_a_person
from support.assistant.following import hurries, onward, says_nothing
from support.assistant.meant import CLEAR, SURE, handed
from support.assistant.products import mentioned
from support.assistant.replies import objects
from support.assistant.state import Memory, TurnInput, TurnState, Understanding
from support.assistant.topics import TOPICS
from support.assistant.understand import HEARD

Plan = Literal["confirm", "contest", "human", "refuse", "social", "case", "question", "unsure"]
ESCALATE = HEARD
"""A message that may be one of the urgent kinds goes to a person on less certainty than an answer needs."""
REFUSED = 0.6
"""To be told that one asked for something forbidden takes more certainty: the same words have honest uses."""

CLOSING = frozenset({"feedback_good", "goodbye"})
"""What ends a talk: on a mere guess it would leave somebody standing."""
WISHES = frozenset({"refund", "cancel", "reissue", "deliver", "exchange"})


def plan(state: TurnState) -> TurnState:
    """Choose the way."""
    return {"plan": _plan(state["given"], state["understanding"], state["memory"], state["flags"])}


def _plan(given: TurnInput, meaning: Understanding, memory: Memory, flags: frozenset[str]) -> Plan:
    if pressed := _pressed(given):
        return pressed
    if demands_a_person(given.text):
        return "human"
    if given.memory.confirm and meaning.topic in {"affirm", "deny"} and not given.memory.asks:
        return "confirm"
    if _more_evidence(meaning, memory):
        return "case"
    if "wordless" in flags:
        return "social" if not memory.asks else "case"
    if given.waits and calls(given.text, given.memory):
        return "social"
    contests = given.memory.refused and objects(given.text)
    if _goes_to_a_person(meaning, given) and not (contests and meaning.confidence < SURE):
        return "human"
    if contests:
        return "contest"
    if "request" in given.form or (memory.asks and _answers(meaning, memory, given)):
        return "case"
    way = _by_topic(meaning, memory)
    written = way in {"refuse", "unsure"} and meaning.topic != "prohibited"
    if written and asked_as_written(given.text, given.shop.folder.articles):
        return "question"
    waits_for_that = given.waits and (handed(given.memory) or meaning.stance == "case")
    return "social" if way == "unsure" and waits_for_that else way  # it is passed on, not guessed at


def calls(text: str, memory: Memory) -> bool:
    """Whether somebody who waits only calls: for haste, or how long it takes, where a person is to see to it."""
    return hurries(text) or (handed(memory) and (says_nothing(text) or onward(text)))


def _pressed(given: TurnInput) -> Plan | None:
    """What a card said needs no understanding."""
    if "confirm" in given.form:
        return "confirm"
    if "contest" in given.form:
        return "contest"
    if "human" in given.form:
        return "human"
    if given.form.keys() & {"topic", "product"}:
        return None
    return "case" if given.pressed else None


def _more_evidence(meaning: Understanding, memory: Memory) -> bool:
    """Whether a picture comes to a trouble that was told, asked for or not: what went wrong is not asked again."""
    return meaning.topic == "evidence" and meaning.confidence >= SURE and memory.reason is not None


def _goes_to_a_person(meaning: Understanding, given: TurnInput) -> bool:
    topic = TOPICS[meaning.topic]
    if topic.mode != "human" or (meaning.stance == "general" and meaning.topic != "human"):
        return False
    if topic.priority != "urgent" and _asks_of_an_order(meaning, given):
        return False
    return meaning.confidence >= (ESCALATE if topic.priority == "urgent" or meaning.topic == "human" else SURE)


def _asks_of_an_order(meaning: Understanding, given: TurnInput) -> bool:
    """Whether something is asked for by a form, or by words that name no person and only seem to ask for one."""
    if "request" in given.form:
        return True
    guess = meaning.topic == "human" and meaning.confidence < CLEAR and not touches(given.text, "person")
    return guess and meaning.request in WISHES


def _answers(meaning: Understanding, memory: Memory, given: TurnInput) -> bool:
    if meaning.answers_ask or meaning.order_number or (meaning.proofs and "order.proof" in memory.asks):
        return True
    if "claim.evidence" in memory.asks and (given.pieces or meaning.topic in {"evidence", "affirm", "deny"}):
        return True
    if "order.item" in memory.asks and (
        "order.item" in given.form or mentioned(given.text, given.shop.folder.products)
    ):
        return True
    if "claim.detail" in memory.asks or ("claim.request" in memory.asks and meaning.request):
        return True
    return "claim.reason" in memory.asks and TOPICS[meaning.topic].mode == "case" and meaning.stance != "general"


def _by_topic(meaning: Understanding, memory: Memory) -> Plan:
    topic = TOPICS[meaning.topic]
    if meaning.order_number and topic.mode in {"social", "case"}:
        return "case"
    least = REFUSED if meaning.topic == "prohibited" else SURE
    if meaning.topic in CLOSING and meaning.confidence < REFUSED:
        return "case" if memory.order or memory.asks else "unsure"
    if meaning.confidence < least and topic.mode != "social":
        return "case" if meaning.request and (meaning.stance == "case" or memory.order) else "unsure"
    if meaning.topic == "out_of_scope" and meaning.confidence < CLEAR:
        return "question"  # what this shop has written on says whether it is the shop's
    if topic.mode == "case" and meaning.stance == "general" and meaning.request is None:
        return "question"
    if topic.mode == "human":
        return "question"
    if meaning.topic == "identify":
        return "case"
    return topic.mode
