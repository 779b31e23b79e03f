"""A person first: what was granted and is not to be carried out by itself, and what agents see of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from support.assistant.phrases import phrase
from support.assistant.state import Draft, TicketRequest, TurnState
from support.risk.gate import Gate, gate
from ticketing.ticket import higher


def gate_of(state: TurnState, outcome: Iterable[str], frozen: bool = False, score: int | None = None) -> Gate:
    """What stands between something granted and its execution; `score` is that of the decision's own facts."""
    order = state["located"].order
    held = frozen or (order is not None and order.frozen is True)
    found = state.get("risk")
    scores = [one for one in (score, found.known_score if found else None) if one is not None]
    return gate("grant", outcome, held, max(scores, default=None), state["given"].shop.folder.shop.risk.review_score)


def ask_a_person(state: TurnState, draft: Draft, stands: Gate, request: TicketRequest) -> None:
    """Say that somebody looks first, without a word of why, and ask for them."""
    lang = state["understanding"].lang
    draft.lines.append(phrase(lang, "order.frozen" if stands == "held" else "decision.person_first"))
    draft.ticket = replace(request, reason="risk_hold") if stands == "held" else request


def marked(state: TurnState, request: TicketRequest | None) -> TicketRequest | None:
    """The ticket with what the signals say of it, for agents: where one points at the shop, its supplier, or reaches
    the score at which a person looks, it waits less long."""
    found, limit = state.get("risk"), state["given"].shop.folder.shop.risk.review_score
    if request is None or found is None:
        return request
    tags = sorted(found.points_at) + ["risk"] * (0 < limit <= found.known_score)
    return replace(request, tags=tuple(tags), priority=higher(request.priority, "high")) if tags else request
