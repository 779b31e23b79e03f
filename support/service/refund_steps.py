"""What may be done with a refund now, and for each step whether this agent may: else why not, and who could."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal

import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.service.refund_words import refusal
from ticketing import refund_rules as rules
from ticketing.agent import Agent, actor_of
from ticketing.refund import Refund
from ticketing.storage import agents
from ticketing.storage import refunds as rows

Json = dict[str, Any]
Step = Literal["approval", "execution", "cancellation", "settlement"]
Spent = Callable[[str], Decimal]
"""What an actor has approved on this day."""
STEPS: Mapping[str, tuple[Step, ...]] = {
    "requested": ("approval", "cancellation"),
    "approved": ("execution", "cancellation"),
    "executing": ("execution",),
    "in_doubt": ("settlement",),
}
"""Steps that people take, by the state of a refund; what a machine has begun goes on by itself."""


def with_steps(
    tx: sa.Connection, shop: Shop, agent: Agent, found: Iterable[tuple[Refund, Json]], lang: str, at: datetime
) -> list[Json]:
    """Each view with its refund's `open_steps`: `step`, and `barred`, None where the agent may take it.

    `barred` tells the `rule`, its `reason` in `lang`, and `who` of the shop's people could take the step as it
    stands; an empty `who` means that nobody could.
    """
    day = day_of(shop, at)
    spent = cache(lambda actor: rows.spent(tx, shop.id, actor, day))
    team = [one for one in agents.of_shop(tx, shop.id) if one.id != agent.id]
    return [view | {"open_steps": _steps(refund, agent, team, shop, spent, lang)} for refund, view in found]


def day_of(shop: Shop, at: datetime) -> datetime:
    """When the shop's day began, for what an agent approves in one."""
    return at.astimezone(shop.timezone).replace(hour=0, minute=0, second=0, microsecond=0)


def _steps(refund: Refund, agent: Agent, team: list[Agent], shop: Shop, spent: Spent, lang: str) -> list[Json]:
    if refund.state == "executing" and refund.executor != "manual":
        return []
    told: list[Json] = []
    for step in STEPS.get(refund.state, ()):
        bar = _bar(refund, step, agent, shop, spent)
        told.append({"step": step, "barred": None if bar is None else {
            "rule": bar.rule, "reason": refusal(str(bar), lang),
            "who": [one.display_name for one in team if _bar(refund, step, one, shop, spent) is None],
        }})  # fmt: skip
    return told


def _bar(refund: Refund, step: Step, agent: Agent, shop: Shop, spent: Spent) -> rules.NotAllowed | None:
    """What would be said if the agent took the step now; None where nothing is in the way."""
    if agent.kind == "api":
        return rules.NotAllowed("role", "an API key takes no step of a refund: a person does")
    try:
        if step == "approval":
            rules.check_approval(refund, agent, shop.refunds, spent(actor_of(agent)))
        elif step == "execution":
            rules.check_execution(refund, agent, shop.refunds)
        elif step == "settlement":
            rules.check_settlement(refund, agent, shop.refunds)
    except rules.NotAllowed as barred:
        return barred
    return None
