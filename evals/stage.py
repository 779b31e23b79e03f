"""Where cases are played: the real application over a folder of its own, with the demo shop imported."""

from __future__ import annotations

import csv
import io
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
import structlog

from evals.fault import Bubble
from support.bootstrap import DEMO_SHOPS, Application, open_application
from support.service.ask import Question, say
from support.settings import Settings
from ticketing.storage import cases as stored
from ticketing.storage.tables import claim_keys, claims, decisions, events, messages, tickets, turns
from ticketing.ticket import Ticket

SHOP = "star"
FOLDER = DEMO_SHOPS / SHOP
NOW = datetime(2026, 11, 20, 21, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The day that the demo shop's orders lead up to."""

Json = dict[str, Any]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """The application, and how to speak to it as buyers do."""

    application: Application
    progress: Progress = lambda text: None
    shop: str = SHOP
    now: datetime = NOW
    proofs: Mapping[str, str] = field(default_factory=lambda: proofs_of(FOLDER / "orders.csv"))

    def ask(self, text: str, *, now: datetime | None = None, **more: Any) -> Json:
        """One turn of a page: the answer as `anxin ask --json` prints it."""
        return say(self.application.runtime(), Question(self.shop, text, now=now or self.now, **more))

    def tickets(self, conversation: str) -> tuple[Ticket, ...]:
        """The tickets that a conversation led to."""
        return self.application.journal.read_now(lambda tx: stored.tickets_of(tx, self.shop, conversation))

    def decided(self, conversation: str) -> list[Json]:
        """The stored proofs of a conversation, oldest first."""
        query = sa.select(decisions.c.proof).where(decisions.c.conversation == conversation).order_by(decisions.c.at)
        return self.application.journal.read_now(lambda tx: [dict(row) for row in tx.execute(query).scalars()])

    def settle(self) -> None:
        """Close what waits for people, and forget who claimed, as if years went by: no case stands in another's way."""
        done = sa.update(tickets).where(tickets.c.shop == self.shop).values(state="closed")
        forgotten = [sa.delete(table).where(table.c.shop == self.shop) for table in (claim_keys, claims)]
        self.application.journal.write_now(
            lambda tx: [tx.execute(statement).rowcount for statement in (done, *forgotten)]
        )

    def sent(self, conversation: str) -> list[Json]:
        """Everything that went out to the buyer's page: the bodies of the events of a conversation."""
        query = (
            sa.select(events.c.type, events.c.body)
            .where(events.c.conversation == conversation, events.c.audience == "all")
            .order_by(events.c.n)
        )
        return self.application.journal.read_now(
            lambda tx: [{"type": kind, "body": body} for kind, body in tx.execute(query)]
        )

    def traces(self, conversation: str) -> list[Json]:
        """How each answer of a conversation came about."""
        of_it = sa.select(turns.c.trace).where(turns.c.conversation == conversation)
        return self.application.journal.read_now(lambda tx: [dict(row) for row in tx.execute(of_it).scalars()])

    def talk(self, conversation: str) -> tuple[Bubble, ...]:
        """A conversation as both sides saw it, and how each of the buyer's messages was understood."""
        columns = (messages.c.author_kind, messages.c.text, messages.c.citations, turns.c.trace)
        joined = messages.outerjoin(turns, (turns.c.shop == messages.c.shop) & (turns.c.message == messages.c.id))
        query = sa.select(*columns).select_from(joined).where(messages.c.conversation == conversation)
        rows = self.application.journal.read_now(lambda tx: list(tx.execute(query.order_by(messages.c.seq))))
        return tuple(
            Bubble("buyer", row.text, _sketched(row.trace or {}))
            if row.author_kind == "buyer"
            else Bubble("assistant", row.text, did=", ".join(cited["id"] for cited in row.citations or ()))
            for row in rows
        )

    def written(self, conversation: str) -> list[Json]:
        """The stored messages of the assistant, oldest first."""
        columns = (messages.c.text, messages.c.parts, messages.c.citations)
        mine = (messages.c.conversation == conversation) & (messages.c.author_kind == "assistant")
        query = sa.select(*columns).where(mine).order_by(messages.c.seq)
        return self.application.journal.read_now(lambda tx: [dict(row._mapping) for row in tx.execute(query)])


def _sketched(trace: Mapping[str, Any]) -> str:
    """How a message was understood, in a line."""
    said = {
        "topic": f"{trace.get('topic')} {trace.get('confidence', 0):.2f}", "request": trace.get("request"),
        "stance": trace.get("stance"), "access": trace.get("access"), "verdict": trace.get("verdict"),
        "answerable": f"{trace.get('answerable', 0):.2f}", "found": ", ".join(trace.get("found", ())[:3]),
    }  # fmt: skip
    return " · ".join(f"{name} {value}" for name, value in said.items() if value) if trace else ""


@contextmanager
def warnings_only() -> Iterator[None]:
    """Leave out of the log what merely happened: in a play it is what the cases are about."""
    before = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(wrapper_class=before)


@contextmanager
def open_stage(
    progress: Progress = lambda text: None, model: str | None = None, shop: Path = FOLDER, now: datetime = NOW
) -> Iterator[Stage]:
    """A stage over a temporary folder, which is forgotten; with a language model or by the rules alone.

    `shop` is the folder that is imported. Raises ShopFaults.
    """
    with tempfile.TemporaryDirectory(prefix="anxin-evals-") as folder:
        settings = Settings.alone(  # whatever the environment says: a real record must never be played in
            data_dir=Path(folder), model=model, database_url=None, chroma_url=None, nats_url=None, workers=1
        )
        with warnings_only(), open_application(settings) as application:
            progress("importing the shop")
            imported = application.shops.import_folder(shop)
            application.warm()
            yield Stage(application, progress, imported.shop, now)


def proofs_of(orders: Path) -> dict[str, str]:
    """What opens each order: its query password, else its contact."""
    rows = csv.DictReader(io.StringIO(orders.read_text("utf-8")))
    return {row["order_no"]: row["proof"] or row["contact"] for row in rows}
