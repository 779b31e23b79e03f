"""What a decision's card tells its buyer beside the facts: the conditions that were met, and how the amount came."""

from __future__ import annotations

from typing import Any

from knowledge_base.shop import ShopFolder
from support.assistant.cards import HIDDEN_FACTS
from support.assistant.phrases import listed, phrase
from support.assistant.why.telling import why
from support.policy.decision import Decision

_SAID_ALREADY = HIDDEN_FACTS - {"now", "item.product"}


def clause_rows(decision: Decision, lang: str, folder: ShopFolder) -> list[dict[str, Any]]:
    """Rows for the card of a grant or a refusal; lines about risk and about the buyer's own words are left out."""
    if decision.verdict not in {"grant", "refuse"}:
        return []
    told = why(decision.proof, lang, folder)
    met = [one.text for one in told.because if not any(name in one.line for name in _SAID_ALREADY)]
    because = listed(lang, met, "semicolon")
    rows = (("why.because", "why.row_because", because), ("why.amount", "why.row_amount", " ".join(told.amount)))
    return [
        {
            "name": name, "label": phrase(lang, label), "value": value,
            "source_label": phrase(lang, "why.row_source"),
        }
        for name, label, value in rows if value
    ]  # fmt: skip
