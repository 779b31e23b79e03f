"""The database judged by itself and against what pages were told. Own SQL: none of the product's queries is trusted."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.faults.visitor import Visitor

Json = dict[str, Any]
Row = Mapping[str, Any]


class Record:
    """A look at a database as it stood at one moment; its rows as the driver gives them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def rows(self, query: str, **given: Any) -> list[Row]:
        """Every row that a query finds."""
        return [dict(row) for row in self._connection.execute(sa.text(query), given).mappings()]


def faults_of(database: Path | str, visitors: Sequence[Visitor], settled: bool = True) -> list[str]:
    """What is wrong with a record, SQLite's file or PostgreSQL's URL: lost, doubled, out of order, half done.

    Before the load has `settled`, turns may be owed still, and nothing is asked of what was not acked.
    """
    engine = _engine(database)
    with engine.connect() as connection:
        db = Record(connection)
        found = list(_messages(db)) + list(_events(db)) + list(_turns(db, settled))
        kept = Kept(db)
        for visitor in visitors:
            found += [*_acked(kept, visitor), *_heard(kept, visitor)]
        if settled:
            found += _tickets(db)
    engine.dispose()
    return found


def _engine(database: Path | str) -> sa.Engine:
    if isinstance(database, Path):
        return sa.create_engine(f"sqlite:///{database.absolute()}")
    url = sa.make_url(database).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, isolation_level="REPEATABLE READ")


def _body(value: Any) -> Json:
    """JSON, which SQLite keeps as text."""
    found: Json = json.loads(value) if isinstance(value, str) else value
    return found


def _messages(db: Record) -> Iterator[str]:
    """Each conversation's messages are numbered 1, 2, 3 … to the number that it says is the last."""
    seqs: defaultdict[str, list[int]] = defaultdict(list)
    for row in db.rows("SELECT conversation, seq FROM messages ORDER BY conversation, seq"):
        seqs[row["conversation"]].append(row["seq"])
    for row in db.rows("SELECT id, seq FROM conversations"):
        if seqs.pop(row["id"], []) != list(range(1, row["seq"] + 1)):
            yield f"record: {row['id']} has not the messages 1 to {row['seq']}"
    for conversation in seqs:
        yield f"record: messages of {conversation}, which is not there"


def _events(db: Record) -> Iterator[str]:
    """Each message has one event, in the order of the numbers, and no cursor lies beyond the shop's."""
    told: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in db.rows("SELECT conversation, body FROM events WHERE type IN ('message', 'done') ORDER BY shop, n"):
        message = _body(row["body"])["message"]
        told[row["conversation"]].append((message["seq"], message["id"]))
    for row in db.rows("SELECT conversation, seq, id FROM messages ORDER BY conversation, seq DESC"):
        if not told[row["conversation"]] or told[row["conversation"]].pop() != (row["seq"], row["id"]):
            yield f"record: the events of {row['conversation']} are not its messages from {row['seq']} down"
    for conversation, rest in told.items():
        if rest:
            yield f"record: events of {conversation} without a message: {rest}"
    for row in db.rows("SELECT s.shop, s.n, max(e.n) AS last FROM shops s JOIN events e USING (shop) GROUP BY 1"):
        if row["last"] > row["n"]:
            yield f"record: event {row['last']} is beyond the cursor {row['n']} of {row['shop']}"


def _turns(db: Record, settled: bool) -> Iterator[str]:
    """Each answered turn has one `done`, each owed one none; in the end nothing is owed."""
    ends = [(row["n"], _body(row["body"])["re"]) for row in db.rows("SELECT n, body FROM events WHERE type = 'done'")]
    dones = Counter(key for _, key in ends)
    answered = [str(row["client_id"]) for row in db.rows("SELECT client_id FROM turns")]
    owed = [str(row["client_id"]) for row in db.rows("SELECT client_id FROM commands WHERE owes IS NOT NULL")]
    for wanted, keys in ((1, answered), (0, owed)):
        for key in keys:
            if dones.pop(key, 0) != wanted:
                yield f"record: the turn of {key} has not {wanted} done"
    for key in {*answered} & {*owed}:
        yield f"record: the turn of {key} was answered and is owed still"
    if settled:
        yield from (f"record: {key} is owed an answer for ever" for key in owed)
    for key in dones:
        yield f"record: done for {key}, which was not asked"
    yield from _in_order(db, {key: n for n, key in ends})


def _in_order(db: Record, ends: Mapping[str, int]) -> Iterator[str]:
    """What was said first is answered first."""
    query = "SELECT t.conversation, t.client_id, m.seq FROM turns t JOIN messages m ON m.id = t.message"
    answered = [row for row in db.rows(query) if row["client_id"] in ends]
    last = ("", 0)
    for row in sorted(answered, key=lambda row: (row["conversation"], ends[row["client_id"]])):
        if row["conversation"] == last[0] and row["seq"] < last[1]:
            yield f"record: {row['client_id']} was answered after what was said later"
        last = (row["conversation"], row["seq"])


class Kept:
    """What a record holds of what visitors said, by the ids and words that they know; read at once, for many ask."""

    def __init__(self, db: Record) -> None:
        self.acks = defaultdict[str, list[Json]](list)
        for row in db.rows("SELECT client_id, ack FROM commands"):
            self.acks[str(row["client_id"])].append(_body(row["ack"]))
        messages = db.rows("SELECT id, conversation, seq, text, author_kind FROM messages")
        self.messages = {str(row["id"]): row for row in messages}
        self.said = Counter(row["text"] for row in messages if row["author_kind"] == "buyer")
        self.events = defaultdict[str, list[int]](list)
        for row in db.rows("SELECT conversation, n FROM events WHERE audience = 'all' ORDER BY n"):
            self.events[row["conversation"]].append(row["n"])


def _acked(kept: Kept, visitor: Visitor) -> Iterator[str]:
    """Whatever was acked stands there, once, as it was acked; and in the order in which it was said."""
    name, places = visitor.page.name, defaultdict[str, list[int]](list)
    for key, sent in visitor.said.items():
        acks, ack = kept.acks[key], visitor.page.acks.get(key)
        if len(acks) > 1 or (ack is not None and acks != [ack]):
            yield f"{name}: {key} was acked, the record has {len(acks)} such"
        if ack is None:
            continue
        row = kept.messages.get(ack["message"]["id"])
        if row is None or (row["conversation"], row["seq"]) != (ack["conversation"], ack["message"]["seq"]):
            yield f"{name}: {key} was acked as {ack}, the record has another"
        elif sent.kind == "say":
            places[row["conversation"]].append(row["seq"])
            if row["text"] != sent.body["text"]:
                yield f"{name}: {key} said {sent.body['text']!r}, the record has {row['text']!r}"
    yield from _said_once(kept, visitor)
    if not visitor.errors:
        for conversation, seqs in places.items():
            if seqs != sorted(seqs):
                yield f"{name}: what was said in {conversation} stands in the order {seqs}"


def _said_once(kept: Kept, visitor: Visitor) -> Iterator[str]:
    """Texts are said once each, so that a text that stands twice was doubled."""
    texts = [sent.body["text"] for sent in visitor.said.values() if sent.kind == "say"]
    for text in texts:
        if kept.said[text] > 1:
            yield f"{visitor.page.name}: {text!r} stands {kept.said[text]} times"


def _heard(kept: Kept, visitor: Visitor) -> Iterator[str]:
    """Every event of its conversations came to the page, once and in order, from its snapshot to its cursor."""
    page = visitor.page
    there = sorted(n for conversation in page.heads.keys() | page.messages.keys() for n in kept.events[conversation])
    wanted = [n for n in there if page.since < n <= (page.cursor or 0)]
    if page.heard != wanted:
        missed, more = sorted({*wanted} - {*page.heard})[:9], sorted({*page.heard} - {*wanted})[:9]
        yield f"{page.name}: of {len(wanted)} events heard {len(page.heard)}; missed {missed}, heard besides {more}"


def _tickets(db: Record) -> Iterator[str]:
    """A conversation waits for a person exactly if it has a ticket that stands; nobody has two in one queue."""
    query = "SELECT conversation, queue, count(*) AS n FROM tickets WHERE state != 'resolved' GROUP BY 1, 2"
    for row in db.rows(query):
        if row["n"] > 1:
            yield f"record: {row['conversation']} has {row['n']} tickets in {row['queue']}"
    waiting = "SELECT id FROM conversations WHERE state = 'waiting' AND id NOT IN (SELECT conversation FROM tickets)"
    for row in db.rows(waiting):
        yield f"record: {row['id']} waits without a ticket"
