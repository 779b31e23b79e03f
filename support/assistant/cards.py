"""Cards: the typed parts of a message. Each says what the text says, for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from knowledge_base.shop import ShopFolder
from support.assistant.phrases import label, listed, phrase
from support.assistant.state import Json
from support.assistant.why.speech import MONEY
from support.assistant.wording import decimal_text, fact_word, moment, money, reason_word
from support.orders.connector import Connector
from support.orders.opening import wants_two_proofs
from support.orders.order import Order, OrderItem
from support.policy.decision import Decision
from ticketing.ids import new_id

SOURCES = {
    "store": "store", "catalogue": "catalogue", "buyer": "buyer", "clock": "clock", "assumed by the shop": "assumed",
    "our record": "record", "a person": "person", "token or proof": "record", "risk signals": "record",
    "our own refunds": "refunds",
}  # fmt: skip
RULES_OF_RISK = frozenset({"risk.score", "risk.signals", "buyer.claims_90d"})
"""Facts of which a buyer hears nothing, not even that they are missing."""
HIDDEN_FACTS = RULES_OF_RISK | {
    "claim.detail", "claim.request", "order.note", "order.number", "order.currency", "buyer.verified", "now",
    "item.product", "order.frozen",
}  # fmt: skip
"""Facts that decide but are not shown on a buyer's card: they are his own words, or rules of risk."""


def order_card(order: Order, folder: ShopFolder, lang: str) -> Json:
    """What the buyer may see of an order: no contact, no proof, keys masked."""
    state = _whole_state(order)
    return {
        "type": "order", "number": order.number, "state": state or "unknown",
        "state_label": label(lang, "state", state or "unknown"), "currency": order.currency or folder.shop.currency,
        "paid_amount": decimal_text(order.paid_amount or _sum(order)), "created_at": _utc(order.created_at),
        "paid_at": _utc(order.paid_at),
        "items": [_item(place, item, folder, lang) for place, item in enumerate(order.items)],
    }  # fmt: skip


def _sum(order: Order) -> Decimal | None:
    amounts = [item.paid_amount for item in order.items if item.paid_amount is not None]
    return sum(amounts, Decimal(0)) if len(amounts) == len(order.items) else None


def _whole_state(order: Order) -> str | None:
    states = {item.delivery_state for item in order.items}
    if len(states) == 1:
        return next(iter(states))
    return "partially_delivered" if "delivered" in states else next((s for s in states if s), None)


def _item(place: int, item: OrderItem, folder: ShopFolder, lang: str) -> Json:
    product = folder.products.get(item.product_id or "")
    name = (product.name.get(lang) if product else None) or item.name or item.product_id or ""
    state = item.delivery_state or "unknown"
    return {
        "index": place, "product_id": item.product_id, "name": name, "quantity": item.quantity,
        "delivered_quantity": item.delivered_quantity, "paid_amount": decimal_text(item.paid_amount),
        "state": state, "state_label": label(lang, "state", state),
        "delivered_at": _utc(item.delivered_at), "keys_masked": list(item.keys_masked),
    }  # fmt: skip


def _utc(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def decision_card(decision: Decision, clause_title: str, summary: str, request: str, lang: str, zone: ZoneInfo) -> Json:
    """A decision with its clause and the facts it rests on; `id` is set when it is stored."""
    return {
        "type": "decision", "id": "", "request": request, "request_label": label(lang, "request", request),
        "verdict": decision.verdict, "verdict_label": label(lang, "verdict", decision.verdict), "summary": summary,
        "outcome": decision.outcome, "clause": clause_of(decision, clause_title),
        "facts": facts_used(decision, lang, zone), "digest": decision.proof.get("digest", ""),
        "contest": decision.verdict in {"refuse", "grant"},
    }  # fmt: skip


def clause_of(decision: Decision, title: str) -> Json | None:
    """The clause as a card names it."""
    if decision.clause is None:
        return None
    ref = decision.clause
    return {"policy": ref.policy, "id": ref.id, "title": title, "effective": ref.effective}


def facts_used(decision: Decision, lang: str, zone: ZoneInfo) -> list[Json]:
    """The facts that the deciding clause names, with their values and sources in words."""
    ref, facts = decision.clause, decision.proof.get("facts", {})
    if ref is None:
        return []
    clause = next(
        (c for c in decision.proof.get("clauses", ()) if (c["policy"], c["id"]) == (ref.policy, ref.id)), None
    )
    text = " ".join(clause["when"]) + " " + str(clause["then"]) if clause else ""
    shown = [name for name in facts if name in text and name not in HIDDEN_FACTS]
    return [
        {
            "name": name, "label": fact_word(lang, name), "value": _amount(name, facts) or fact_value(
                name, facts[name]["value"], lang, zone
            ),
            "source_label": source_word(lang, facts[name]["source"]),
        }
        for name in shown
    ]  # fmt: skip


def source_word(lang: str, source: str) -> str:
    """Who says a fact, in words; of several, each: `store, our own refunds`."""
    words = [label(lang, "source", SOURCES.get(part, part)) for part in source.split(", ")]
    return listed(lang, words)


def _amount(name: str, facts: Json) -> str | None:
    """An amount of money in the order's currency; None for any other fact."""
    currency = facts.get("order.currency")
    return money(str(facts[name]["value"]), currency["value"]) if currency and name in MONEY else None


def fact_value(name: str, value: object, lang: str, zone: ZoneInfo) -> str:
    """A fact's value in words."""
    if isinstance(value, bool):
        return label(lang, "value", str(value).lower())
    if name == "delivery.state":
        return label(lang, "state", str(value))
    if name == "claim.request":
        return label(lang, "request", str(value))
    if isinstance(value, list | tuple):
        return listed(lang, map(str, value))
    if name in {"delivery.kind", "item.kind"}:
        return label(lang, "value", str(value))
    if name == "claim.reason":
        return reason_word(lang, str(value))
    if name.endswith("_at") and isinstance(value, str):
        return moment(datetime.fromisoformat(value), zone)
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def choices(options: Sequence[tuple[str, str]]) -> Json:
    """Buttons, of which one can be taken once: `(value, label)`."""
    return {
        "type": "choices", "id": new_id(), "used": None,
        "options": [{"value": value, "label": text} for value, text in options],
    }  # fmt: skip


def ownership_form(lang: str, number: str | None, connector: Connector | None, again: str | None = None) -> Json:
    """Asks for the number, unless it is known, and for the proof, which is never shown again; `again` is the number
    that was given before and did not go with its proof."""
    two = wants_two_proofs(connector)
    proof = {
        "name": "order.proof", "label": phrase(lang, "ask.two_proofs_form" if two else "ask.proof_form"),
        "kind": "secret", "required": True,
        "placeholder": phrase(lang, "ask.two_proofs_hint" if two else "ask.proof_hint"),
    }  # fmt: skip
    typed = {"name": "order.number", "label": phrase(lang, "ask.number_form"), "kind": "text", "required": True}
    fields = [proof] if number else [typed | ({"value": again} if again else {}), proof]
    return {
        "type": "form", "id": new_id(), "fields": fields, "submit_label": phrase(lang, "ask.submit"), "used": False,
    }  # fmt: skip


def confirm_card(lang: str, title: str, text: str, amount: str | None, currency: str | None) -> Json:
    """Says what will happen, and how much; nothing happens before yes."""
    return {
        "type": "confirm", "id": new_id(), "title": title, "text": text, "amount": amount, "currency": currency,
        "yes_label": phrase(lang, "label.yes"), "no_label": phrase(lang, "label.no"), "used": None,
    }  # fmt: skip
