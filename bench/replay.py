"""`replay_100k_s`: a hundred thousand recorded decisions made again under the policies that made them."""

from __future__ import annotations

import csv
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from evals.report import Row
from knowledge_base.policy import REASONS, REQUESTS
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.service.explain import ExplainCase, explain
from support.service.replay import replay_under
from support.settings import Settings
from ticketing.ids import new_id
from ticketing.storage.tables import decisions

DECISIONS, SMALL, AT_ONCE = 100_000, 20_000, 5_000
STAR = DEMO_SHOPS / "star"
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)


class Differs(Exception):
    """The same policies over their own history decided otherwise, which they must never."""


def measure(folder: Path, small: bool) -> list[Row]:
    """The row, of a record in `folder`, which should lie on a real disk."""
    count = SMALL if small else DECISIONS
    with tempfile.TemporaryDirectory(dir=folder) as place:
        settings = Settings.alone(data_dir=Path(place))
        with open_application(settings) as application:
            kinds = _recorded(application, count)
            cpu = time.process_time()
            one = _seconds(application, count, 1)
            burnt = time.process_time() - cpu
            two = _seconds(application, count, 2)
    note = f"{one:.1f} s and {burnt:.1f} s of CPU for {count} of {kinds} kinds, one process"
    both = f"{one:.1f} s in one process, {two:.1f} s in two, their start included"
    return [
        Row("replay_100k_s", round(one * DECISIONS / count, 1), "s", count, note=note),
        Row("replay_two_workers_gain", round(one / two, 2), "ratio", count, baseline=round(one, 2), note=both),
    ]


def _seconds(application: Application, count: int, workers: int) -> float:
    """A whole replay, which must find that nothing differs. Raises Differs."""
    folder, since, started = application.shop("star").folder, NOW - timedelta(days=1), time.perf_counter()
    tally = replay_under(application.journal, folder.shop, folder.policies, since, workers=workers)
    if tally.decisions != count or tally.flips or tally.unreadable:
        raise Differs(f"{len(tally.flips)} flips and {len(tally.unreadable)} unreadable of {tally.decisions}")
    return time.perf_counter() - started


def _recorded(application: Application, count: int) -> int:
    """Record so many decisions on the demo shop's orders, each request and reason in turn; how many kinds."""
    proofs = list(_proofs(application))
    rows = (
        {
            "shop": "star", "id": new_id(), "conversation": "bench", "order_no": number, "request": proof["request"],
            "verdict": proof["verdict"], "digest": proof["digest"], "proof": proof, "at": NOW,
        }
        for number, proof in islice(cycle(proofs), count)
    )  # fmt: skip
    while some := list(islice(rows, AT_ONCE)):
        application.journal.write_now(partial(_keep, some=some))
    return len(proofs)


def _keep(tx: sa.Connection, some: list[dict[str, Any]]) -> None:
    tx.execute(sa.insert(decisions), some)


def _proofs(application: Application) -> Iterator[tuple[str, dict[str, Any]]]:
    loaded = application.shop("star")
    with (STAR / "orders.csv").open(encoding="utf-8", newline="") as file:
        orders = sorted({(row["order_no"], row["product_id"]) for row in csv.DictReader(file)})
    for (number, item), request, reason in product(orders, REQUESTS, (*REASONS, None)):
        case = ExplainCase(number, request, NOW, item=item, reason=reason)
        yield number, dict(explain(loaded.folder, loaded.connector, case).proof)
