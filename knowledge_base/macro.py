"""Macros: canned replies that agents fill from the case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

VARIABLE = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\}\}", re.ASCII)
VARIABLES = (
    "agent.name", "buyer.name", "deadline", "item.name", "order.amount", "order.currency", "order.number",
    "order.state", "refund.amount", "shop.contact", "shop.name", "ticket.id", "ticket.number",
    "ticket.reason",
)  # fmt: skip
"""What a case can fill. Times are in the shop's zone, words in the macro's language; `ticket.id` is the number too."""


@dataclass(frozen=True, slots=True)
class Macro:
    """One macro in one language; `text` holds `{{order.number}}`-style variables."""

    id: str
    title: str
    lang: str
    text: str
    source: str = ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables filled; what is not known stays as it is written, for the agent to see."""
    return VARIABLE.sub(lambda match: values.get(match[1]) or match[0], text)
