"""A turn's look at risk: once, outside every transaction, and written down with what the turn leads to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

import sqlalchemy as sa

from support.assistant.state import TurnOutput
from support.orders.order import Order, OrderItem
from support.risk.watch import Assessed
from support.service.risk import Looked, Question, look
from support.service.shops import LoadedShop
from support.service.supply import note_order
from ticketing.storage import claims
from ticketing.storage.journal import Journal


@dataclass(slots=True)
class TurnWatch:
    """Holds the order that a turn has opened, and what was found, until the turn is committed."""

    journal: Journal
    loaded: LoadedShop
    owner: str
    at: datetime
    looked: Looked | None = None
    order: Order | None = field(default=None, repr=False)
    about: tuple[OrderItem | None, str | None] = (None, None)

    def opened(self, order: Order) -> None:
        """Keep the order, with what the turn itself does not get to see."""
        self.order = order

    def assess(self, item: OrderItem | None, reason: str | None, evidence: int | None) -> Assessed | None:
        """Look at the order that was opened, and keep what was found for the commit; None before one was."""
        if self.order is None:
            return None
        self.about = item, reason
        rows = self.order.items
        whole = next((row for row in rows if item is not None and replace(row, key_prints=()) == item), item)
        self.looked = look(
            self.journal, self.loaded, Question(self.order, whole, reason, evidence, self.owner, self.at)
        )
        return Assessed(self.looked.found, self.looked.claims_90d)

    def keep(self, tx: sa.Connection, conversation: str, output: TurnOutput, decision: str | None) -> None:
        """Write down what was found, and the claim: what was decided, or what a person is asked for.

        To be asked for more is no claim yet.
        """
        if self.order is not None:
            item, reason = self.about
            note_order(tx, self.loaded, self.order, item, reason, conversation, self.at)
        if self.looked is not None:
            shop, claim, report = self.loaded.id, self.looked.claim, self.looked.found.as_json()
            claims.save_report(tx, shop, conversation, claim.order_no, decision, report, self.at)
            if output.ticket is not None or (output.decision is not None and output.decision.verdict != "need"):
                claims.record(tx, shop, conversation, self.looked.who, claim)
        if output.ticket is not None and output.ticket.queue == "refunds" and output.order_no:
            claims.note_refund(tx, self.loaded.id, output.order_no, self.at)
