"""The demo shop's orders as if the day that they lead up to were today.

Its file stands still, and what it is there to show is over after some days: a key within its seven days, a top-up that
is late. Whole days are added, so that the times of day stay. What was bought long before keeps its date, for it shows
what an earlier policy decided.
"""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta, timezone

LEADS_UP_TO = datetime(2026, 11, 20, 21, 30, tzinfo=timezone(timedelta(hours=8)))
RECENT = timedelta(days=30)
TIMES = ("created_at", "paid_at", "delivered_at", "redeemed_at")


def as_if_today(orders: bytes, now: datetime) -> bytes:
    """`orders.csv` with the times of what was bought within RECENT moved by the days since LEADS_UP_TO."""
    later = timedelta(days=(now - LEADS_UP_TO) // timedelta(days=1))
    reader = csv.DictReader(io.StringIO(orders.decode("utf-8")))
    written = io.StringIO()
    writer = csv.DictWriter(written, reader.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    for row in reader:
        if datetime.fromisoformat(row["created_at"]) >= LEADS_UP_TO - RECENT:
            row |= {name: _moved(row[name], later) for name in TIMES}
        writer.writerow(row)
    return written.getvalue().encode("utf-8")


def _moved(moment: str, later: timedelta) -> str:
    return (datetime.fromisoformat(moment) + later).isoformat() if moment else moment
