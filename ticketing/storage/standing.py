"""How the record stands, in a few numbers for whoever watches over the service: by shop, from indexes alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ticketing.storage.shops import cursors
from ticketing.storage.tables import commands, tickets
from ticketing.ticket import DONE, TRANSITIONS

OPEN = tuple(state for state in TRANSITIONS if state not in DONE)


@dataclass(frozen=True, slots=True)
class Standing:
    """Events that ever happened, tickets that are open by state, those among them that are late, answers that are owed.

    A shop without any is left out, but for its events.
    """

    events: Mapping[str, int]
    tickets: Mapping[tuple[str, str], int]
    late: Mapping[str, int]
    owed: Mapping[str, int]


def standing(tx: sa.Connection, now: datetime) -> Standing:
    """All of it, at one moment."""
    open_now = tickets.c.state.in_(OPEN)
    by_state = sa.select(tickets.c.shop, tickets.c.state, sa.func.count()).where(open_now)
    late = sa.select(tickets.c.shop, sa.func.count()).where(open_now, tickets.c.due_at < now)
    owed = sa.select(commands.c.shop, sa.func.count()).where(commands.c.owes.is_not(None))
    states = tx.execute(by_state.group_by(tickets.c.shop, tickets.c.state))
    return Standing(
        cursors(tx), {(shop, state): count for shop, state, count in states},
        dict(tx.execute(late.group_by(tickets.c.shop)).tuples().all()),
        dict(tx.execute(owed.group_by(commands.c.shop)).tuples().all()),
    )  # fmt: skip
