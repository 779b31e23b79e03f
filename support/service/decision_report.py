"""What agents said to the policy's decisions: how often accepted or overridden, by agent and by clause, and why."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from support.chat.frames import utc
from support.service.refund_views import review_view
from ticketing.review import SAID, Review
from ticketing.storage import agents, reviews
from ticketing.storage.reports import Span

Json = dict[str, Any]
COLUMNS = (
    "at", "agent", "by", "clause", "verdict", "said", "gave", "refund", "reason", "order_no", "ticket", "conversation",
    "decision",
)  # fmt: skip


def report(tx: sa.Connection, shop: str, span: Span, agent: str = "", clause: str = "") -> Json:
    """`{n, accepted, overridden, decided, by_agent, by_clause, rows}` of a span, of one agent or clause if named.

    `decided` are those that the policy left to people. Rows come latest first, with the conversation of each.
    """
    every = reviews.between(tx, shop, span.since, span.until)
    found = [one for one in every if agent in ("", one.agent) and clause in ("", one.clause)]
    names = {one.id: one.display_name for one in agents.of_shop(tx, shop, active=False)}
    return {
        "since": utc(span.since), "until": utc(span.until), **_counted(found),
        "by_agent": _grouped(((one.agent, one) for one in found), names),
        "by_clause": _grouped(((one.clause, one) for one in found), {}),
        "rows": [review_view(tx, one) for one in found],
    }  # fmt: skip


def as_csv(rows: Iterable[Json]) -> str:
    """The rows as a table with a heading; what a spreadsheet would reckon with is kept as text."""
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(row[name]) for name in COLUMNS} for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _counted(found: Iterable[Review]) -> Json:
    counted = Counter(one.said for one in found)
    return {"n": counted.total(), **{said: counted[said] for said in SAID}}


def _grouped(found: Iterable[tuple[str, Review]], names: dict[str, str]) -> list[Json]:
    groups: defaultdict[str, list[Review]] = defaultdict(list)
    for key, one in found:
        groups[key].append(one)
    told = [{"group": key, "label": names.get(key, key), **_counted(mine)} for key, mine in groups.items()]
    return sorted(told, key=lambda one: (-one["overridden"], -one["n"], one["group"]))
