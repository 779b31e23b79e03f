"""`decisions_oracle`: the engine against the oracle, on every order of the demo shop.

Every reason and request; moments a second before, at and after each limit that the text names; facts supposed that
the store does not hold; each column of the order file emptied in turn; and the same question asked in both languages.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from evals.fault import Fault, Found
from evals.oracle import Verdict, decided
from evals.oracle_orders import Known, Shelf, table
from evals.oracle_rules import SHANGHAI, VERSIONS
from evals.report import share
from evals.stage import FOLDER, NOW, Stage
from knowledge_base.policy import REASONS, REQUESTS
from knowledge_base.shop import ShopFolder
from support.orders.csv_file import CsvConnector
from support.policy.decision import Decision
from support.service.explain import ExplainCase, explain

SUITE = "decisions_oracle"
SECONDS = (-1, 0, 1)
LIMITS = ("order.paid_at", "delivery.delivered_at")
LATE_REASONS = (None, "changed_mind", "membership_inactive", "price_drop", "top_up_missing")
SUPPOSED: tuple[Mapping[str, Any], ...] = (
    {"buyer.minor": True}, {"buyer.minor": False}, {"risk.score": 79}, {"risk.score": 80}, {"buyer.claims_90d": 4},
    {"buyer.claims_90d": 5}, {"delivery.duplicate_sale": True}, {"order.frozen": True}, {"payment.count": 2},
    {"payment.count": 3}, {"claim.evidence": 0}, {"delivery.redeemed": False},
)  # fmt: skip
MIDNIGHTS = tuple(datetime(year, 1, 1, tzinfo=SHANGHAI) for year in (2025, 2026))
EMPTIED = (
    "quantity", "delivered_quantity", "paid_amount", "created_at", "paid_at", "delivery_kind", "delivery_state",
    "delivered_at", "redeemed", "refunded_amount", "frozen", "no_return_confirmed", "payments",
)  # fmt: skip
GAP_REASONS = (None, "changed_mind", "key_invalid", "membership_inactive", "price_drop", "duplicate_payment")


@dataclass(frozen=True, slots=True)
class Trial:
    """One decision to compare: an order, what is asked of it when, and what is supposed."""

    order: str
    item: str | None
    request: str
    reason: str | None
    now: datetime = NOW
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        extra = "".join(f" {name}={value}" for name, value in self.facts.items())
        return f"{self.order}/{self.item or '-'} {self.request}/{self.reason or '-'} {self.now.isoformat()}{extra}"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both readings of one set of tables."""

    folder: ShopFolder
    connector: CsvConnector
    shelf: Shelf

    def compared(self, trial: Trial) -> Fault | None:
        """None where both say the same: verdict, clause, outcome and what is missing."""
        known = self.shelf.known(trial.order, trial.item) | _claimed(trial)
        want = decided(VERSIONS, trial.request, known, trial.now)
        case = ExplainCase(trial.order, trial.request, trial.now, trial.item, trial.reason, trial.facts)
        got = seen(explain(self.folder, self.connector, case))
        return None if got == want else Fault(SUITE, str(trial), trial.request, want, got)


def seen(decision: Decision) -> Verdict:
    """A decision as the oracle would put it."""
    clause = decision.clause.id if decision.clause else None
    return Verdict(decision.verdict, clause, decision.outcome, decision.missing)


def _claimed(trial: Trial) -> Known:
    reason: Known = {"claim.reason": trial.reason} if trial.reason else {}
    return reason | dict(trial.facts)


def score(stage: Stage) -> Found:
    """Compare them all."""
    folder = stage.application.shop("star").folder
    text = (FOLDER / "orders.csv").read_text("utf-8")
    whole = _sides(folder, text)
    stage.progress("decisions against the oracle")
    faults, count = _all(whole, [*_every(whole.shelf), *_boundaries(whole.shelf), *_supposed(whole.shelf)])
    for column in EMPTIED:
        stage.progress(f"decisions without {column}")
        sides = _sides(folder, _without(text, column))
        more, tried = _all(sides, _gaps(sides.shelf))
        faults, count = faults + more, count + tried
    return Found((share(SUITE, count - len(faults), count, bar=1.0),), tuple(faults))


def _all(sides: Sides, trials: Iterable[Trial]) -> tuple[list[Fault], int]:
    found = [sides.compared(trial) for trial in trials]
    return [fault for fault in found if fault], len(found)


def _sides(folder: ShopFolder, orders: str) -> Sides:
    products = (FOLDER / "products.csv").read_text("utf-8")
    return Sides(folder, CsvConnector(orders.encode(), folder.shop), Shelf.of(table(orders), table(products)))


def _without(text: str, column: str) -> str:
    rows, out = table(text), io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows({**row, column: ""} for row in rows)
    return out.getvalue()


def _every(shelf: Shelf) -> Iterator[Trial]:
    for (order, item), request in product(shelf.choices(), REQUESTS):
        yield Trial(order, item, request, None)
        for reason in REASONS:
            yield Trial(order, item, request, reason)
            yield Trial(order, item, request, reason, facts={"claim.evidence": 1})


def _boundaries(shelf: Shelf) -> Iterator[Trial]:
    for order, item in shelf.choices():
        known = shelf.known(order, item)
        for name, limit, second in product(LIMITS, _limits(known), SECONDS):
            if name in known:
                now = known[name] + limit + timedelta(seconds=second)
                for request, reason in product(("refund", "reissue"), LATE_REASONS):
                    yield Trial(order, item, request, reason, now, {"claim.evidence": 1})


def _limits(known: Known) -> set[timedelta]:
    """Every span that the text or the product page names."""
    days = {3, 7, 30, known.get("item.warranty_days"), known.get("item.return_days")}
    minutes = {30, known.get("delivery.promised_minutes")}
    return {timedelta(days=n) for n in days if n} | {timedelta(minutes=n) for n in minutes if n}


def _supposed(shelf: Shelf) -> Iterator[Trial]:
    reasons = (None, "key_used", "duplicate_payment", "changed_mind")
    for order, item in shelf.choices():
        for facts, request, reason in product(SUPPOSED, ("refund", "reissue", "exchange"), reasons):
            yield Trial(order, item, request, reason, facts=facts)
        for midnight, second, reason in product(MIDNIGHTS, (-1, 0), ("price_drop", "changed_mind")):
            paid = midnight + timedelta(seconds=second)
            yield Trial(order, item, "refund", reason, paid + timedelta(days=5), {"order.paid_at": paid})


def _gaps(shelf: Shelf) -> Iterator[Trial]:
    for (order, item), request, reason in product(shelf.choices(), ("refund", "reissue", "deliver"), GAP_REASONS):
        yield Trial(order, item, request, reason)
