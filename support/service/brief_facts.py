"""The facts of a brief: what is known of the case, from where, and by which message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.assistant.cards import fact_value, source_word
from support.assistant.phrases import label, phrase
from support.assistant.wording import fact_word, moment, money
from support.service.brief_next import named_facts
from support.service.shops import LoadedShop
from ticketing.conversation import Conversation, Message
from ticketing.order_event import OrderEvent
from ticketing.review import Review
from ticketing.storage.dossier import Decided
from ticketing.ticket import Ticket

Json = dict[str, Any]
SHOWN = (
    "order.number", "item.name", "delivery.state", "item.paid_amount", "item.refunded_amount", "order.paid_at",
    "delivery.delivered_at", "delivery.redeemed", "delivery.redeemed_at", "delivery.duplicate_sale", "claim.reason",
    "claim.evidence", "order.no_return_confirmed", "buyer.verified",
)  # fmt: skip
"""Facts that an agent looks for whatever was decided; those that the deciding clause names come with them."""
NOT_SHOWN = frozenset({
    "claim.detail", "claim.request", "order.currency", "order.note", "item.product", "now", "risk.score",
    "risk.signals", "buyer.claims_90d",
})  # fmt: skip
"""Facts that say nothing by themselves here; risk has a place of its own on the desk."""
MONEY = ("_amount", "_price", "price_now")


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that a brief is made of."""

    loaded: LoadedShop
    conversation: Conversation
    messages: tuple[Message, ...]
    ticket: Ticket | None
    decided: Decided | None
    granted: frozenset[str]
    lang: str
    of_case: frozenset[str]
    """The buyer's messages that were about something to be done."""
    told: tuple[OrderEvent, ...] = ()
    """What the store told of the order."""
    review: Review | None = None
    """What people said to the decision."""


def facts_of(known: Known) -> list[Json]:
    if known.decided is None:
        return [*_facts_of_order(known), *_told(known), *_evidence(known)]
    held, message = known.decided.proof["facts"], decision_message(known)
    used = [fact["name"] for fact in named_facts(known.decided.proof)]
    names = dict.fromkeys((*SHOWN, *used))
    facts = [
        {
            "label": _fact_label(known, name), "value": _fact_text(known, name, held),
            "source": _source(known, held[name]["source"]), "message": message.id if message else None,
        }
        for name in names
        if name in held and name not in NOT_SHOWN and held[name]["value"] is not None
    ]  # fmt: skip
    return [*facts, *_told(known)]


def _told(known: Known) -> list[Json]:
    """What the store told of the order since, by the time at which it happened."""
    source, zone = label(known.lang, "source", "store"), known.loaded.folder.shop.timezone
    return [
        {
            "label": phrase(known.lang, "brief.told_by_store"),
            "value": f"{_news(known, event)} · {moment(event.occurred_at, zone)}",
            "source": source, "message": None,
        }
        for event in sorted(known.told, key=lambda one: (one.occurred_at, one.id))
    ]  # fmt: skip


def _news(known: Known, event: OrderEvent) -> str:
    if event.kind == "refunded" and event.amount is not None:
        amount = money(str(event.amount), event.currency or known.loaded.folder.shop.currency)
        return phrase(known.lang, "brief.told_refund", amount=amount)
    key = "released" if event.kind == "frozen" and not event.frozen else event.kind
    return phrase(known.lang, f"brief.told_{key}")


def _fact_label(known: Known, name: str) -> str:
    return phrase(known.lang, "brief.order") if name == "order.number" else fact_word(known.lang, name)


def _fact_text(known: Known, name: str, held: Json) -> str:
    """A fact's value in words: names in the agent's language, amounts with their currency."""
    folder, value = known.loaded.folder, held[name]["value"]
    if name == "item.name":
        return _product(known, (held.get("item.product") or {"value": None})["value"], str(value))
    if name.endswith(MONEY):
        currency = (held.get("order.currency") or {"value": None})["value"] or folder.shop.currency
        return money(str(value), currency)
    return fact_value(name, value, known.lang, folder.shop.timezone)


def _product(known: Known, key: str | None, name: str) -> str:
    product = known.loaded.folder.products.get(key or "")
    return known.loaded.view.product_name(product, known.lang) if product else name


def _source(known: Known, source: str) -> str:
    if source == "buyer":
        return phrase(known.lang, "brief.source_buyer")
    return source_word(known.lang, source)


def _facts_of_order(known: Known) -> list[Json]:
    """What was shown of the order, where nothing was judged."""
    found = [(one, part) for one in known.messages if (part := part_of(one, "order")) is not None]
    if not found:
        return []
    message, card = found[-1]
    shown = {
        "order": card["number"], "state": label(known.lang, "state", card["state"]),
        "product": ", ".join(_product(known, item["product_id"], item["name"]) for item in card["items"]) or None,
        "paid": money(card["paid_amount"], card["currency"]) if card["paid_amount"] else None,
    }  # fmt: skip
    source = label(known.lang, "source", "store")
    return [
        {"label": phrase(known.lang, f"brief.{key}"), "value": value, "source": source, "message": message.id}
        for key, value in shown.items()
        if value
    ]


def _evidence(known: Known) -> list[Json]:
    count, pieces = known.conversation.memory.get("evidence"), known.conversation.memory.get("pieces")
    if count is None:
        return []
    value = phrase(known.lang, "brief.evidence_yes" if count else "brief.evidence_no")
    if pieces:
        value = phrase(known.lang, "brief.evidence_pieces", count=pieces)
    source = _source(known, "buyer")
    return [{"label": phrase(known.lang, "brief.evidence"), "value": value, "source": source, "message": None}]


def decision_message(known: Known) -> Message | None:
    """The message that told the decision: it has its card, or, where facts were missing, was written with it."""
    if known.decided is None:
        return None
    said = [one for one in reversed(known.messages) if one.author_kind == "assistant"]
    carded = (one for one in said if part_of(one, "decision", known.decided.id) is not None)
    return next(carded, None) or next((one for one in said if one.at == known.decided.at), None)


def part_of(message: Message, kind: str, key: str | None = None) -> Json | None:
    return next((part for part in message.parts if part["type"] == kind and key in (None, part.get("id"))), None)
