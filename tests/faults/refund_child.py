"""A process that carries one refund out, and is killed where its parent likes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from support.refunds.webhook import WebhookExecutor
from support.service.refund_work import steps
from ticketing.storage import refunds as rows
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal

KEY = b"k" * 32


def carry_out_until(database: str, url: str, end: str, tell: Connection) -> None:
    """Say each step, and go no further than `end`."""

    def said(step: str) -> None:
        tell.send(step)
        if step == end:
            time.sleep(60)

    journal = Journal(open_engine(database))
    (refund,) = journal.read_now(lambda tx: rows.owed(tx, "star", datetime.now(UTC)))
    said("begun")
    for step in steps(journal, WebhookExecutor(url, KEY, private=True), refund, lambda: datetime.now(UTC)):
        said(step)
    said("over")
