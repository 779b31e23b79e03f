"""Deciding: the policy engine, always. Nothing here or later may change what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from support.assistant.meant import SURE
from support.assistant.state import Located, Memory, TurnInput, TurnState, Understanding
from support.assistant.topics import TOPICS
from support.orders.connector import LiveProduct, StoreUnavailable
from support.policy.decision import Decision
from support.policy.engine import decide
from support.policy.fact_values import typed
from support.policy.facts import BuyerRecord, Claims, Fact, RiskReport, asks_before, facts_of
from support.policy.minor_units import minor_unit_of
from support.risk.watch import Assessed

REQUEST_OF = {"refund": "refund", "cancel": "cancel", "invoice": "invoice", "changed_mind": "refund"}
"""Topics that are a request by themselves."""


def judge(state: TurnState) -> TurnState:
    """Decide what the buyer asks for, once the order is open and something is asked."""
    located, given = state["located"], state["given"]
    request = requested(state)
    unknown_to_all = located.access == "no_source" and not given.shop.folder.policies
    if state["plan"] != "case" or request is None or not (located.access == "opened" or unknown_to_all):
        return _undecided(state)
    given.on_step("step.decide")
    assessed = _assessed(state, state["memory"].reason)
    decision = _decide(given, located, state["memory"], request, assessed)
    return {"decision": decision, "risk": assessed.found if assessed else None}


def _undecided(state: TurnState) -> TurnState:
    """Nothing is decided now, but what goes to a person, or was granted and is confirmed, is looked at all the same."""
    if state["plan"] not in {"human", "contest", "confirm"}:
        return {"decision": None, "risk": None}
    assessed = _assessed(state, state["memory"].reason or TOPICS[state["understanding"].topic].reason)
    return {"decision": None, "risk": assessed.found if assessed else None}


def _assessed(state: TurnState, reason: str | None) -> Assessed | None:
    """What there is of risk in a claim on the open order."""
    located, given = state["located"], state["given"]
    if located.access != "opened":
        return None
    return given.risk.assess(located.item, reason, state["memory"].evidence)


def requested(state: TurnState) -> str | None:
    """What is asked for: said now, said before and not decided yet, or plain from the topic."""
    memory, meaning = state["memory"], state["understanding"]
    if memory.request:
        return memory.request
    if meaning.topic == "evidence" and memory.pieces and memory.lacks_evidence:
        return memory.lacks_evidence
    return REQUEST_OF.get(_topic(memory, meaning))


def _topic(memory: Memory, meaning: Understanding) -> str:
    """What it is about: a message that only identifies, or is hardly understood, goes on with what was said before."""
    goes_on = meaning.answers_ask or meaning.topic == "identify" or meaning.confidence < SURE
    return memory.topic or "" if goes_on else meaning.topic


def _decide(given: TurnInput, located: Located, memory: Memory, request: str, assessed: Assessed | None) -> Decision:
    shop, order, item = given.shop.folder.shop, located.order, located.item
    product = given.shop.folder.products.get(item.product_id or "") if item else None
    currency = (order.currency if order else None) or shop.currency
    facts = facts_of(
        order, item, product,
        Claims(request, memory.reason, memory.detail, memory.evidence),
        BuyerRecord(verified=True, claims_90d=assessed.claims_90d if assessed else given.claims_90d),
        given.now, shop.assume,
        live=_live(given, item.product_id if item else None),
        risk=RiskReport(assessed.found.score, assessed.found.names) if assessed else None,
        refunds=given.given_back(order, item) if order is not None else None,
    )  # fmt: skip
    facts |= supposed(given.facts, given.now)
    return decide(
        given.shop.folder.policies, request, facts, given.now, shop.timezone, currency, minor_unit_of(currency),
        asks=asks_before(order, item),
    )  # fmt: skip


def supposed(facts: Mapping[str, object], now: datetime) -> dict[str, Fact]:
    """Facts that a command line supposes. Raises NotAFact for a value that its fact cannot hold."""
    return {name: Fact(typed(name, value), "supposed", now) for name, value in facts.items()}


def _live(given: TurnInput, product_id: str | None) -> LiveProduct | None:
    if given.shop.connector is None or product_id is None:
        return None
    try:
        return given.shop.connector.product(product_id, given.now)
    except StoreUnavailable:
        return None
