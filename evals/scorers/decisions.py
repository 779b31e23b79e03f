"""`decisions_oracle`: the engine against the oracle, on every order of the demo shop.

Every reason and request in every state; moments a second before, at and after each limit that the text names; amounts
a cent about each bound; facts supposed that the store does not hold; each column of the orders and of the products
emptied in turn. A clause that decided none of them is a fault too.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from evals.fault import Fault, Found, Score
from evals.oracle import Verdict, decided
from evals.oracle_orders import Known, Shelf, table
from evals.oracle_rules import VERSIONS
from evals.report import share
from evals.scorers.trials import EMPTIED, OF_PRODUCTS, WHOLE, Trial, gaps
from evals.stage import FOLDER, Stage
from knowledge_base.shop import ShopFolder
from support.orders.csv_file import CsvConnector
from support.policy.decision import Decision
from support.service.explain import ExplainCase, explain

SUITE = "decisions_oracle"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both readings of one set of tables."""

    folder: ShopFolder
    connector: CsvConnector
    shelf: Shelf

    def both(self, trial: Trial) -> tuple[Verdict, Verdict]:
        """What the oracle says and what the engine says: verdict, clause, outcome and what is missing."""
        known = self.shelf.known(trial.order, trial.item) | _claimed(trial)
        case = ExplainCase(trial.order, trial.request, trial.now, trial.item, trial.reason, trial.facts)
        got = seen(explain(self.folder, self.connector, case))
        return decided(VERSIONS, trial.request, known, trial.now), got

    def compared(self, trial: Trial) -> Fault | None:
        """None where both say the same."""
        want, got = self.both(trial)
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
    whole = _sides(folder)
    stage.progress("decisions against the oracle")
    decisive: set[str | None] = set()
    faults, count = _all(whole, chain.from_iterable(each(whole.shelf) for each in WHOLE), decisive)
    scores, wrong = [_score("every fact as the store tells it", faults, count)], len(faults)
    for column in (*EMPTIED, *OF_PRODUCTS):
        stage.progress(f"decisions without {column}")
        sides = _sides(folder, column)
        more, tried = _all(sides, gaps(sides.shelf), decisive)
        scores.append(_score(f"without {column}", more, tried))
        wrong, count = wrong + len(more), count + tried
    idle = [
        Fault(SUITE, clause.source, clause.id, "a case that it decides", "none")
        for version in folder.policies for clause in version.clauses if clause.id not in decisive
    ]  # fmt: skip
    scores.append(_score("every clause decides a case", idle, max(1, len(idle))))
    return Found((share(SUITE, count - wrong - len(idle), count, bar=1.0),), tuple(scores))


def _score(group: str, faults: list[Fault], count: int) -> Score:
    """A group of trials, for there are too many to tell one by one."""
    return Score(SUITE, group, 1 - len(faults) / count, tuple(faults))


def _all(sides: Sides, trials: Iterable[Trial], decisive: set[str | None]) -> tuple[list[Fault], int]:
    """What they differ in, and of how many; the clauses that decided are added to `decisive`."""
    faults: list[Fault] = []
    count = 0
    for trial in trials:
        want, got = sides.both(trial)
        count += 1
        if want != got:
            faults.append(Fault(SUITE, str(trial), trial.request, want, got))
        elif got.verdict != "need":
            decisive.add(got.clause)
    return faults, count


def _sides(folder: ShopFolder, without: str = "") -> Sides:
    """Both readings of the shop; `without` a column of its orders or of its products."""
    orders, products = (
        _emptied((FOLDER / f"{name}.csv").read_text("utf-8"), without) for name in ("orders", "products")
    )
    if without in OF_PRODUCTS:
        nothing: dict[str, Any] = {without: None}
        folder = replace(folder, products={key: replace(each, **nothing) for key, each in folder.products.items()})
    return Sides(folder, CsvConnector(orders.encode(), folder.shop), Shelf.of(table(orders), table(products)))


def _emptied(text: str, column: str) -> str:
    rows = table(text)
    if column not in rows[0]:
        return text
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows({**row, column: ""} for row in rows)
    return out.getvalue()
