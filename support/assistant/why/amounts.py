"""How a granted amount or quantity came about: the clause's formula with its values, the limit, and the rounding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from knowledge_base.cel_nodes import LiteralValue
from knowledge_base.cel_parser import CelSyntaxError, parse
from support.assistant.why.conditions import condition_of
from support.assistant.why.quantities import Quantities
from support.assistant.why.speech import Speech, Unworded, Values, capital
from support.policy.money import without_noise

Json = Mapping[str, Any]
_LIMITS = ("item.paid_amount", "item.refunded_amount", "order.paid_amount", "order.refunded_amount")


def amount_words(speech: Speech, proof: Json, clause: Json, facts: Values) -> tuple[str, ...]:
    """The steps from the formula to the outcome; none where the clause grants nothing that is computed."""
    grant = clause["then"].get("grant") or {}
    kind = next(iter(grant), "")
    computed = _traced(proof, clause, f"grant.{kind}")
    if not isinstance(computed, int | float) or isinstance(computed, bool):
        return ()
    if kind != "refund":
        return (_formula(speech, str(grant[kind]), speech.number(Decimal(computed)), facts),)
    return tuple(_refund(speech, proof, clause, facts, without_noise(float(computed))))


def _refund(speech: Speech, proof: Json, clause: Json, facts: Values, wanted: Decimal) -> Iterator[str]:
    yield _formula(speech, str(clause["then"]["grant"]["refund"]), speech.amount(wanted), facts)
    limit = _traced(proof, clause, "limit")
    bound = wanted
    if isinstance(limit, int | float) and limit < wanted and all(name in facts for name in _LIMITS):
        bound = Decimal(repr(limit))
        item, order = (_left(facts, of) for of in ("item", "order"))
        yield speech.say("why.cut", item=speech.amount(item), order=speech.amount(order), limit=speech.amount(bound))
    refund = (proof["outcome"] or {}).get("refund")
    if refund is None:
        yield speech.say("why.nothing_left")
    elif (amount := Decimal(refund["amount"])) != bound:
        unit = speech.amount(Decimal(1).scaleb(-int(proof["minor_unit"])))
        half_up = bound.quantize(amount, ROUND_HALF_UP) == amount
        yield speech.say("why.rounded" if half_up else "why.rounded_down", unit=unit, amount=speech.amount(amount))


def _left(facts: Values, of: str) -> Decimal:
    paid, refunded = (Decimal(repr(facts[f"{of}.{name}"])) for name in ("paid_amount", "refunded_amount"))
    return paid - refunded


def _formula(speech: Speech, written: str, value: str, facts: Values) -> str:
    try:
        node = parse(written)
        if isinstance(node, LiteralValue):
            return speech.say("why.computed_plain", value=value)
        quantities = Quantities(speech, written, lambda part: condition_of(speech, written, part, facts), facts)
        return capital(speech.say("why.computed", words=quantities.number(node).text, value=value))
    except (CelSyntaxError, Unworded):
        quoted = " ".join(written.split())
        return capital(speech.say("why.computed_quote", words=f"“{quoted}”", value=value))


def _traced(proof: Json, clause: Json, line: str) -> object:
    key = f"{clause['policy']}/{clause['id']}"
    return next((one["value"] for one in proof["trace"] if (one["clause"], one["line"]) == (key, line)), None)
