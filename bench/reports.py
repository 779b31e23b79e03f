"""`report_1m_ms`: the desk's reports of the last 30 days in a shop with 100,000 tickets and a million messages.

On SQLite, and as `report_1m_postgresql_ms` on PostgreSQL.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa

from bench.records import fill, record_on, settled
from evals.report import Row
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.service.reports import catch_up, report
from ticketing.storage.prepared import micros
from ticketing.storage.reports import Span
from ticketing.storage.tables import events, tickets

TICKETS, SMALL, AT_ONCE, ROUNDS = 100_000, 5_000, 20_000, 5
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
YEAR = timedelta(days=365)
REASONS = ("key_invalid", "not_delivered", "human", "key_used", "wrong_region")
Json = dict[str, Any]


def measure(folder: Path, small: bool, engine: str = "sqlite") -> list[Row]:
    """The row, of a record in `folder`, which should lie on a real disk."""
    count = SMALL if small else TICKETS
    with record_on(engine, folder) as place, open_application(place.settings) as application:
        application.shops.import_folder(DEMO_SHOPS / "star")
        written = _record(application, count)
        settled(place.settings)
        shop, span = application.shop("star").folder, Span(NOW - timedelta(days=30), NOW)
        catch_up(application.journal, shop, NOW)  # as a running server has done before
        settled(place.settings)
        times = []
        for _ in range(ROUNDS):
            started = place.clock()
            told = application.journal.read_now(lambda tx: report(tx, shop, span))
            times.append((place.clock() - started) * 1000)
    counted = {one["key"]: one["n"] for one in told["measures"]}
    note = f"{count} tickets of a year, {written} events, {counted['resolution_minutes']} resolutions in the 30 days"
    return [
        Row(
            "report_1m_ms" if engine == "sqlite" else f"report_1m_{engine}_ms",
            round(median(times), 1),
            "ms",
            count,
            samples=tuple(round(one, 1) for one in times),
            note=note,
        )
    ]


def _record(application: Application, count: int) -> int:
    """Write so many disputes of the last year; how many events."""
    chance, written = random.Random(7), 0
    stories = (_dispute(n, chance, count) for n in range(count))
    numbered = enumerate((event for ticket, told in stories for event in _with_ticket(ticket, told)), 1_000)

    def row(n: int, event: Json) -> Json:
        return event | {"shop": "star", "n": n, "audience": "all"}

    while some := list(islice(numbered, AT_ONCE)):
        done = [event.pop("ticket") for _, event in some if "ticket" in event]
        rows = [row(n, event) for n, event in some]
        written += len(rows)

        def write(tx: sa.Connection, rows: list[Json] = rows, done: list[Json] = done) -> None:
            fill(tx, events, rows)
            tx.execute(sa.insert(tickets), done) if done else None

        application.journal.write_now(write)
    return written


def _with_ticket(ticket: Json, told: list[Json]) -> Iterator[Json]:
    told[-1]["ticket"] = ticket
    return iter(told)


def _dispute(n: int, chance: random.Random, count: int) -> tuple[Json, list[Json]]:
    """One in a hundred of the last month's is not done."""
    began = NOW - YEAR + YEAR * (n / count)
    chat, taken = f"c{n:06}", began + timedelta(minutes=chance.expovariate(0.1))
    done = taken + timedelta(minutes=chance.expovariate(0.05))
    undone = NOW - began < timedelta(days=30) and n % 100 == 0
    view = {
        "id": f"t{n:06}", "queue": "after-sales", "reason": REASONS[n % len(REASONS)], "order_no": f"SC{n:06}",
        "due_at": (began + timedelta(minutes=30)).isoformat(), "assignee": {"id": f"a{n % 8}", "name": ""},
    }  # fmt: skip

    def event(kind: str, at: datetime, body: Json) -> Json:
        return {
            "type": kind,
            "conversation": chat,
            "at": micros(at),
            "body": json.dumps({"conversation": chat, **body}),
        }

    def said(who: str, at: datetime) -> Json:
        message = {
            "id": f"m{n}",
            "seq": 1,
            "author": {"kind": who, "name": "x"},
            "text": "卡密提示无效，请帮忙看看" * 4,
        }
        return event("done" if who == "assistant" else "message", at, {"message": message})

    told = [said("buyer", began), said("assistant", began + timedelta(seconds=2))]
    told += [event("handoff", began, {"stage": "requested", "reason": view["reason"]})]
    told += [event("ticket", began, {"ticket": view | {"state": "new"}})]
    told += [event("ticket", taken, {"ticket": view | {"state": "open"}})]
    told += [said("agent" if i % 2 else "buyer", taken + timedelta(seconds=20 * i)) for i in range(8)]
    if not undone:
        told += [event("ticket", done, {"ticket": view | {"state": "resolved"}})]
        told += [event("rated", done, {"rating": {"solved": True, "score": 4, "agent": f"a{n % 8}"}})]
    ticket = {
        "shop": "star", "id": view["id"], "conversation": chat, "reason": view["reason"], "priority": "normal",
        "queue": "after-sales", "state": "open" if undone else "resolved", "rev": 1, "missing": [],
        "fired": [], "tags": [],
        "created_at": began, "resolved_at": None if undone else done, "ticket_no": n + 5000,
    }  # fmt: skip
    return ticket, told
