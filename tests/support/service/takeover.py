"""A shop with agents and an assistant that says what it is told, to play a takeover without a model or a socket."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from knowledge_base.reader import read_shop
from knowledge_base.shop import Shop
from support.assistant.state import Memory, TicketRequest, TurnInput, TurnOutput
from support.assistant.turn import Assistant
from support.chat.frames import Act, Handoff
from support.service.answer import answer
from support.service.ask_for_person import ask_for_person
from support.service.people import Person, visitor
from support.service.receive_message import Said, Words, receive_message
from support.service.runtime import Runtime
from support.service.shops import LoadedShop, Shops
from support.service.use_card import use_card
from support.service.watch import OfflineSince, due_jobs
from tests.support.service.small_shop import files
from ticketing.agent import Agent, Role
from ticketing.conversation import Conversation, Message
from ticketing.events import Event
from ticketing.ids import new_id
from ticketing.storage import agents, event_log, shops, talk
from ticketing.storage.database import encode, open_engine
from ticketing.storage.journal import Journal
from ticketing.storage.tables import events
from ticketing.storage.visitors import PendingTurn

T = TypeVar("T")
Json = dict[str, Any]
START = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@dataclass
class Scripted:
    """Stands where the assistant stands: its next answer is set by the test."""

    ticket: TicketRequest | None = None
    said: int = 0

    def answer(self, given: TurnInput) -> TurnOutput:
        self.said += 1
        ticket, self.ticket = self.ticket, None
        return TurnOutput(
            "zh-CN", f"回答第{self.said}号。", (), (), (), None, None, None, ticket, given.memory, 1.0, "rules", {}
        )


class OneShop:
    """The shops of a service that has one."""

    def __init__(self, loaded: LoadedShop) -> None:
        self._loaded = loaded

    def get(self, shop: str) -> LoadedShop:
        return self._loaded

    def loaded(self, shop: str) -> LoadedShop:
        return self._loaded


def _leave_unsynced(connection: Any, _: object) -> None:
    """Nobody kills these: they need not wait for the disk."""
    sqlite = isinstance(connection, sqlite3.Connection)
    connection.execute("PRAGMA synchronous=OFF" if sqlite else "SET synchronous_commit = off")
    connection.commit()


@dataclass
class House:
    """A small shop in an empty record, with buyers, agents and a clock of its own."""

    url: str
    toml: str = ""
    now: datetime = START
    whispers: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = self.open_journal()
        content = files()
        content["shop.toml"] += self.toml.encode()
        read = read_shop(content)
        self.shop: Shop = read.shop
        self.write(lambda tx: shops.save_files(tx, "small", content, digest="d", origin="", at=self.now))
        row = self.read(lambda tx: shops.get_shop(tx, "small"))
        loaded = LoadedShop(row, read, cast(Any, None), None)
        self.assistant = Scripted()
        self.runtime = Runtime(
            self.journal, cast(Shops, OneShop(loaded)), cast(Assistant, self.assistant),
            whisper=lambda shop, owner, text, conversation=None: self.whispers.append((owner, text)),
            clock=lambda: self.now,
        )  # fmt: skip
        self.mei, self.jun = self.agent("mei"), self.agent("jun")
        self.lead = self.agent("lead", "senior")

    def open_journal(self) -> Journal:
        """Another journal over the same record."""
        engine = open_engine(self.url)
        sa.event.listen(engine, "connect", _leave_unsynced)
        return Journal(engine)

    def restart(self) -> None:
        """Only the record is left."""
        self.journal.close()
        self.journal = self.open_journal()
        self.runtime = replace(self.runtime, journal=self.journal)

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        return self.journal.write_now(work)

    def read(self, work: Callable[[sa.Connection], T]) -> T:
        return self.journal.read_now(work)

    def agent(self, name: str, role: Role = "agent") -> Agent:
        made = Agent("small", new_id(), name, name.title(), role, ("zh-CN",), 6, True, self.now)
        self.write(lambda tx: agents.add(tx, made, "no password"))
        return made

    def do(self, use: Callable[..., Json], agent: Agent, conversation: str, *more: Any) -> Json:
        """An agent's use case with what each needs besides."""
        return self.write(lambda tx: use(tx, self.shop, agent, conversation, *more, self.now))

    def buyer(self, name: str = "wang") -> Person:
        return visitor("small", name)

    def hears(self, text: str, conversation: str = "new", person: Person | None = None) -> Said:
        """A buyer writes; the answer is still owed."""
        who, words = person or self.buyer(), Words(conversation, text, "zh-CN", {})
        return self.write(lambda tx: receive_message(tx, self.shop, who, new_id(), b"", words, self.now))

    def answers(self, turn: PendingTurn | None) -> None:
        if turn is not None:
            answer(self.runtime, turn)

    def says(self, text: str, conversation: str = "new", ticket: TicketRequest | None = None) -> str:
        """A buyer writes and is answered; the conversation."""
        said = self.hears(text, conversation)
        self.assistant.ticket = ticket
        self.answers(said.turn)
        return str(said.ack["conversation"])

    def asks_for_person(self, conversation: str = "new", person: Person | None = None) -> str:
        who = person or self.buyer()
        asked = Handoff(conversation)
        said = self.write(lambda tx: ask_for_person(tx, self.shop, who, new_id(), b"", asked, "zh-CN", self.now))
        return str(said.ack["conversation"])

    def presses(self, conversation: str, message: str, action: str, value: Any, person: Person | None = None) -> Said:
        who, act = person or self.buyer(), Act(conversation, message, action, value)
        return self.write(lambda tx: use_card(tx, self.shop, who, new_id(), b"", act, self.now))

    def watch(self, offline_since: OfflineSince = lambda agent: None) -> int:
        jobs = self.read(lambda tx: due_jobs(tx, self.shop, offline_since, self.now))
        for job in jobs:
            self.write(job)
        return len(jobs)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def row(self, conversation: str) -> Conversation:
        return self.read(lambda tx: talk.get(tx, "small", conversation))

    def messages(self, conversation: str) -> tuple[Message, ...]:
        return self.read(lambda tx: talk.page(tx, "small", conversation, None, 1000))

    def events(self, conversation: str | None = None) -> list[Event]:
        """The whole log, of one conversation or of all."""

        def look(tx: sa.Connection) -> list[Event]:
            query = sa.select(events).order_by(events.c.n)
            if conversation is not None:
                query = query.where(events.c.conversation == conversation)
            return [
                Event(row.shop, row.n, row.type, row.conversation, "", encode(row.body), row.at, row.audience)
                for row in tx.execute(query)
            ]

        return self.read(look)

    def heard_by_buyer(self, conversation: str) -> list[Event]:
        owner = self.row(conversation).owner
        found = self.read(lambda tx: event_log.after(tx, "small", owner, 0))
        return [event for event in found if event.conversation == conversation]


__all__ = ["START", "House", "Memory"]
