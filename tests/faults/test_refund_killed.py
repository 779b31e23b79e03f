"""A process that carries a refund out is killed, `kill -9`, at every step; another one finds what is owed."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from support.refunds.webhook import WebhookExecutor
from support.service.refund_work import steps
from tests.faults.refund_child import KEY, carry_out_until
from tests.processes import PROCESSES
from ticketing.storage import refunds as rows
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.refunds import Wanted


class Payer(ThreadingHTTPServer):
    """A shop that pays whatever it is told, and answers when it may."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.paid: list[str] = []
        self.holds = False
        self.heard, self.go = threading.Event(), threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever is killed hangs up."""


class _Handler(BaseHTTPRequestHandler):
    server: Payer

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = told["data"]["idempotency_key"]
        if told["type"] == "refund.execute":
            self.server.paid.append(key)
            self.server.heard.set()
            if self.server.holds:
                self.server.go.wait(60)
        text = json.dumps({"state": "done" if key in self.server.paid else "unknown", "reference": "T-1"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def payer() -> Iterator[Payer]:
    with Payer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.go.set()
        server.shutdown()


@pytest.mark.parametrize("at", ["begun", "claimed", "while it is sent", "sent", "over"])
def test_whenever_it_is_killed_it_is_paid_at_most_once_and_comes_to_an_end(
    empty_record: Callable[[], str], payer: Payer, at: str
) -> None:
    database, payer.holds = empty_record(), at == "while it is sent"
    journal, url = Journal(open_engine(database)), f"http://127.0.0.1:{payer.server_address[1]}/"
    now = datetime.now(UTC)

    def approved(tx: Any) -> str:
        rows.set_paid(tx, "star", "NO-1", "", Decimal(30), "CNY")
        wanted = Wanted("star", "refund", "NO-1", "", Decimal(30), "CNY", "webhook", decision="d")
        refund, _ = rows.request(tx, wanted, "assistant", now)
        return rows.move(tx, refund, "approved", "policy", "granted", now, executed_by="server").id

    refund = journal.write_now(approved)
    _kill(database, url, payer, at)
    executor, later = WebhookExecutor(url, KEY, private=True), now
    for _ in range(6):
        later += timedelta(minutes=12)
        for one in journal.read_now(partial(rows.owed, shop="star", at=later)):
            clock = datetime.now(UTC) if one.state == "approved" else later
            for _ in steps(journal, executor, one, _always(clock)):
                pass
    found = journal.read_now(lambda tx: rows.get(tx, "star", refund))
    journal.close()
    died_before_it_was_sent = at == "claimed"
    assert (found.state, len(payer.paid)) == (("failed", 0) if died_before_it_was_sent else ("done", 1))


def _always(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def _kill(database: str, url: str, payer: Payer, at: str) -> None:
    here, there = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=carry_out_until, args=(database, url, at, there), daemon=True)
    child.start()
    if at == "while it is sent":
        assert payer.heard.wait(60)
    else:
        while here.recv() != at:
            pass
    child.kill()
    child.join()
    payer.holds = False
