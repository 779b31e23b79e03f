"""The last check: nothing leaves that facts, decision or sources do not hold."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge_base.product import Product
from support.assistant.phrases import phrase
from support.assistant.state import Draft, TicketRequest, TurnState

AMOUNT = re.compile(
    r"(?:HK)?[¥￥$€£]\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:\.\d+)?\s?(?:元|块钱?|CNY|RMB|USD|EUR|dollars|yuan)"
)
DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
MARK = re.compile(r"\[(\d+)\]")
SLOT = re.compile(r"\{[a-z_]+\}")


def verify(state: TurnState) -> TurnState:
    """Keep the draft if all it says is held, else say plainly that there is no answer to trust."""
    state["given"].on_step("step.verify")
    draft = state["draft"]
    draft.allowed |= set(_named(state["given"].shop.folder.products.values()))
    found = problems(draft, "\n".join(draft.lines))
    if not found:
        return {"draft": draft, "flags": state["flags"]}
    safe = Draft(
        lines=[phrase(state["understanding"].lang, "answer.failed")],
        ticket=draft.ticket or TicketRequest("unanswered"), answered=False,
    )  # fmt: skip
    return {"draft": safe, "decision": None, "flags": state["flags"] | {f"unverified: {found[0]}"}}


def problems(draft: Draft, text: str) -> tuple[str, ...]:
    """What the text says that nothing holds: amounts, citation marks, unfilled slots."""
    quotes = " ".join(str(entry["quote"]) for entry in draft.citations)
    held = {_plain(amount) for amount in (*_amounts(quotes), *draft.allowed)}
    wild = [f"amount {amount}" for amount in _amounts(text) if _plain(amount) not in held]
    known = {str(entry["n"]) for entry in draft.citations}
    marks = [f"mark [{n}]" for n in MARK.findall(text) if n not in known and f"[{n}]" not in quotes]
    slots = [f"slot {slot}" for slot in SLOT.findall(text) if slot not in quotes]
    return (*wild, *marks, *slots)


def _named(products: Iterable[Product]) -> Iterable[str]:
    """Amounts that are part of a product's name, such as a card's face value."""
    return (amount for product in products for name in product.name.values() for amount in _amounts(name))


def _amounts(text: str) -> Iterable[str]:
    return AMOUNT.findall(text)


def _plain(amount: str) -> str:
    """`¥1,030.50`, `1030.5 元` and `1030.50` are one amount."""
    digits = DIGITS.search(amount)
    number = digits.group().replace(",", "") if digits else amount
    return number.rstrip("0").rstrip(".") if "." in number else number
