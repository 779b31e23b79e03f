"""A shop's refunds in a small database, workers that die between any two steps, and a bank that counts what it pays.

The bank pays whatever reaches it, as often as it does: that nothing leaves twice is ours to see to.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random
from typing import TypeVar

import msgspec
import sqlalchemy as sa

from knowledge_base.shop import Shop
from support.refunds.executor import ANSWER_WITHIN, Instruction
from support.refunds.sending import NoAnswer, NotSent, Reply
from support.refunds.webhook import WebhookExecutor
from support.service import refund_holds, refund_work
from support.webhook_signature import TOLERANCE_SECONDS
from ticketing.order_event import OrderEvent
from ticketing.refund import FREED, Refund, RefundKind, RefundState
from ticketing.storage import order_events as event_rows
from ticketing.storage import refunds as rows
from ticketing.storage.refund_guard import guard
from ticketing.storage.refunds import TooMuch, Wanted
from ticketing.storage.tables import (
    agents,
    decisions,
    events,
    evidence_entries,
    evidence_parts,
    metadata,
    order_events,
    refund_changes,
    refund_lines,
    refunds,
    risk_reports,
    shops,
)

T = TypeVar("T")
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
TABLES = [
    refund_lines, refunds, refund_changes, order_events, risk_reports, events, shops, agents, decisions,
    evidence_entries, evidence_parts,
]  # fmt: skip
TOLERANCE = timedelta(seconds=TOLERANCE_SECONDS)


class Killed(Exception):
    """The process ended here."""


class Record:
    """A database in memory with the tables of refunds; a write may die before its commit, or right after it."""

    def __init__(self) -> None:
        engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
        self.tx = engine.connect()
        driver = self.tx.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        self.driver = driver
        driver.isolation_level = None
        driver.execute("PRAGMA foreign_keys=ON")
        metadata.create_all(self.tx, tables=TABLES)
        guard("sqlite", self.tx.exec_driver_sql)
        self.dies: Callable[[], str] = lambda: ""

    def open_shop(self, shop: str) -> None:
        """A shop's row, which numbers its events."""
        self.tx.execute(sa.insert(shops).values(
            shop=shop, generation=1, digest="", epoch="", secret="", origin="", imported_at=BEGIN, ticket_no=0,
        ))  # fmt: skip

    def write_now(self, work: Callable[[sa.Connection], T]) -> T:
        how = self.dies()
        self.driver.execute("SAVEPOINT work")
        try:
            result = work(self.tx)
            if how == "before":
                raise Killed
        except BaseException:
            self.driver.execute("ROLLBACK TO work")
            self.driver.execute("RELEASE work")
            raise
        self.driver.execute("RELEASE work")
        if how == "after":
            raise Killed
        return result


@dataclass
class Bank(WebhookExecutor):
    """The real executor over a wire that loses, delays and answers wrong; `paid` counts by key."""

    random: Random
    clock: Callable[[], datetime]
    paid: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)
    late: list[tuple[datetime, Instruction]] = field(default_factory=list)

    def _post(self, kind: str, id: str, given: Instruction, at: datetime) -> Reply:
        if kind == "refund.status":
            return self._status(given)
        self.sent[given.key] += 1
        match self.random.randrange(12):
            case 0:
                raise NotSent("no connection")
            case 1:
                self.refused.add(given.key)
                return _says("failed")
            case 2:
                raise NoAnswer("lost on the way")
            case 3:
                self.late.append((self.clock() + timedelta(seconds=self.random.randrange(600)), given))
                raise NoAnswer("still on the way")
            case 4:
                self._arrived(given)
                raise NoAnswer("the answer was lost")
            case 5:
                self._arrived(given)
                return Reply(502, b"bad gateway")
            case 6:
                self._arrived(given)
                return _says("pending")
        self._arrived(given)
        return _says("done")

    def _status(self, given: Instruction) -> Reply:
        match self.random.randrange(4):
            case 0:
                raise NoAnswer("asked in vain")
            case 1:
                return Reply(503, b"")
        if given.key in self.refused:
            return _says("failed")
        return _says("done" if self.paid[given.key] else "unknown")

    def _arrived(self, given: Instruction) -> None:
        """It pays, unless the signature is too old."""
        if self.clock() - given.at <= TOLERANCE:
            self.paid[given.key] += 1
            self.sums[given.line] += int(given.amount)

    def deliver(self) -> None:
        """What was still on its way and is due by now."""
        due = [one for one in self.late if one[0] <= self.clock()]
        self.late = [one for one in self.late if one[0] > self.clock()]
        for _, given in due:
            self._arrived(given)


def _says(state: str) -> Reply:
    return Reply(200, msgspec.json.encode({"state": state, "reference": f"bank: {state}"}))


LINES = ("card", "game")
KINDS: tuple[RefundKind, ...] = ("refund", "refund", "refund", "reissue", "coupon")
WORKERS, MOST = 4, 3


class History:
    """One order, four workers, and what may come over them, by the numbers of `seed`."""

    def __init__(self, record: Record, seed: int, shop: str) -> None:
        self.random, self.record, self.shop, self.order_no = Random(seed), record, shop, "NO-1"
        self.now = BEGIN
        self.bank = Bank(self.random, lambda: self.now)
        self.workers: list[Iterator[str] | None] = [None] * WORKERS
        self.at_work = [""] * WORKERS
        self.faults: list[str] = []
        self.steps, self.of = 0, Shop(shop, ("en",))
        self.shown = False
        self.froze = self.thawed = -1
        self.approvals: dict[str, int] = {}
        record.open_shop(shop)
        coupon = self.random.choice((0, 0, 3))
        self.paid = {"card": 10, "game": self.random.randrange(1, 6)}
        self.paid[""] = sum(self.paid.values()) - coupon
        for line, paid in self.paid.items():
            self._write(partial(
                rows.set_paid, shop=shop, order_no=self.order_no, line=line, paid=Decimal(paid), currency="CNY"
            ))  # fmt: skip
        self._moves = (
            (self.ask, 3), (self.approve, 3), (self.work, 12), (self.kill, 1), (self.wait, 3), (self.call_off, 1),
            (self.charge_back, 1), (self.settle, 1), (self.freeze, 0.5), (self.thaw, 0.5),
        )  # fmt: skip

    def run(self, steps: int) -> list[str]:
        """Let things happen, then let it come to rest; what did not hold."""
        self.ask()
        ways, weights = zip(*self._moves, strict=True)
        for move in self.random.choices(ways, weights, k=steps):
            move()
            self.bank.deliver()
            self.steps += 1
        self._check(at_rest=False)
        self._rest()
        self._check(at_rest=True)
        return self.faults

    def _write(self, work: Callable[[sa.Connection], T]) -> T:
        self.record.dies = lambda: ""
        return self.record.write_now(work)

    def _all(self, *states: str) -> list[Refund]:
        found = rows.of_order(self.record.tx, self.shop, self.order_no)
        return [one for one in found if not states or one.state in states]

    def wanted(self, kind: RefundKind, line: str, amount: int, decision: str) -> Wanted:
        return Wanted(self.shop, kind, self.order_no, line, Decimal(amount), "CNY", "webhook", decision=decision)

    def ask(self) -> None:
        """Somebody asks, once or twice: in full, in part, a key, a coupon."""
        if len(self._all()) > MOST:
            return
        line = self.random.choice(LINES)
        amount = self.random.choice((self.paid[line], self.random.randrange(1, self.paid[line] + 1)))
        wanted = self.wanted(self.random.choice(KINDS), line, amount, f"d{self.random.randrange(3)}")
        for _ in range(self.random.randrange(1, 3)):
            try:
                self._write(lambda tx: rows.request(tx, wanted, "agent:a", self.now))
            except TooMuch:
                return

    def approve(self) -> None:
        """And a machine begins."""
        if found := self._all("requested"):
            one, values = self.random.choice(found), {"approved_by": "agent:s", "executed_by": "server"}
            self.approvals[one.id] = self.steps
            self._write(lambda tx: rows.move(tx, one, "approved", "agent:s", "yes", self.now, **values))

    def freeze(self) -> None:
        """The store holds the order: it tells so, or shows it."""
        if self.froze <= self.thawed:
            self.froze = self.steps
        if self.random.random() < 0.5:
            self.shown = True
        else:
            self._told(True)

    def thaw(self) -> None:
        """And lets go."""
        self.shown, self.thawed = False, self.steps
        self._told(False)

    def _told(self, frozen: bool) -> None:
        at = self.now + timedelta(microseconds=self.steps)
        event = OrderEvent(self.shop, f"e{self.steps}", "frozen", self.order_no, at, at, frozen=frozen)

        def kept(tx: sa.Connection) -> None:
            event_rows.add(tx, event, b"")
            refund_holds.judge_order(tx, self.of, self.order_no, at)

        self._write(kept)

    def judge(self, tx: sa.Connection, refund: Refund, at: datetime) -> Refund:
        """The last look, at the store too."""
        return refund_holds.judged(tx, self.of, refund, self.shown, at)

    def _claimed(self, id: str) -> None:
        """Whoever approved it has to have known that the order is held."""
        held = self.froze > self.thawed
        if held and self.approvals[id] < self.froze:
            self.faults.append(f"carried out on an order that was held since it was approved: {id}")

    def call_off(self) -> None:
        if self.random.random() < 0.4 and (found := self._all("requested", "approved")):
            one = self.random.choice(found)
            self._write(lambda tx: rows.move(tx, one, "cancelled", "agent:s", "no", self.now))

    def charge_back(self) -> None:
        """A bank takes its own way; the news of it comes twice."""
        if self.random.random() < 0.5:
            wanted, cause = self.wanted("chargeback", "", self.random.randrange(1, 12), "-"), self.random.choice("xy")
            for _ in range(2):
                self._write(lambda tx: rows.happened(tx, wanted, cause, "store", self.now))

    def work(self) -> None:
        """One worker takes one step, and may die in it."""
        which = self.random.randrange(WORKERS)
        self.record.dies = lambda: self.random.choice(("", "", "", "", "", "", "before", "after"))
        steps = self.workers[which]
        if steps is None:
            owed = rows.owed(self.record.tx, self.shop, self.now)
            if not owed:
                return
            stale = self.random.choice(owed)
            clock, self.at_work[which] = (lambda: self.now), stale.id
            steps = refund_work.steps(self.record, self.bank, stale, clock, judge=self.judge)
            self.workers[which] = steps
        try:
            if next(steps) == "claimed":
                self._claimed(self.at_work[which])
        except (StopIteration, Killed):
            self.workers[which] = None

    def kill(self) -> None:
        """A worker is gone between two steps."""
        self.workers[self.random.randrange(WORKERS)] = None

    def wait(self) -> None:
        self.now += timedelta(seconds=self.random.choice((1, 10, 70, 70, 70, 150, 1300)))

    def settle(self) -> None:
        """A person looks into the bank's book, once nothing can arrive any more, and says what stands there."""
        for one in self._all("in_doubt"):
            assert one.deadline is not None
            if self.random.random() < 0.3 and self.now - (one.deadline - ANSWER_WITHIN) > 2 * TOLERANCE:
                said: RefundState = "done" if self.bank.paid[one.key] else "failed"
                self._write(partial(rows.move, refund=one, to=said, actor="agent:b", cause="settled", at=self.now))

    def _rest(self) -> None:
        """Nobody dies any more; time passes until nothing is owed."""
        self.workers = [None] * WORKERS
        for _ in range(60):
            self.now += timedelta(hours=7)
            self.bank.deliver()
            self.record.dies = lambda: ""
            owed = rows.owed(self.record.tx, self.shop, self.now)
            if not owed and not self._all("in_doubt", "executing"):
                return
            for one in owed:
                for _ in refund_work.steps(self.record, self.bank, one, lambda: self.now, judge=self.judge):
                    pass

    def _check(self, at_rest: bool) -> None:
        """What always holds, and what holds once all is quiet."""
        found = self._all()
        outside = sum(int(one.amount) for one in found if one.kind == "chargeback")
        for line in LINES:
            if self.bank.sums[line] > self.paid[line]:
                self.faults.append(f"more than paid: {self.bank.sums[line]} of {self.paid[line]} for {line}")
        if sum(self.bank.sums.values()) + outside > self.paid[""]:
            self.faults.append(f"more than paid: {self.bank.sums} and {outside} of {self.paid['']} for the order")
        by_cause = Counter[str]()
        for one in found:
            self._check_one(one, at_rest)
            by_cause[f"{one.kind} of {one.line} by {one.decision}"] += self.bank.paid[one.key]
        self.faults += [f"executed twice: {cause}" for cause, times in by_cause.items() if times > 1]

    def _check_one(self, one: Refund, at_rest: bool) -> None:
        if self.bank.paid[one.key] > 1 or self.bank.sent[one.key] > 1:
            self.faults.append(f"executed twice: {one.number} {one.state}")
        if one.state in FREED and self.bank.paid[one.key]:
            self.faults.append(f"paid and taken for {one.state}: {one.number}")
        if one.state == "done" and one.kind != "chargeback" and not self.bank.paid[one.key]:
            self.faults.append(f"done and never paid: {one.number}")
        if at_rest and one.state in {"executing", "in_doubt", "approved"}:
            self.faults.append(f"never came to an end: {one.number} {one.state}")
        if at_rest:
            for step in rows.changes_of(self.record.tx, one):
                if step.was == "in_doubt" and step.state != "in_doubt" and step.actor == "server":
                    self.faults.append(f"left doubt unasked: {one.number}")


def histories(
    seed: int, count: int, steps: int = 24, mutation: Callable[[Record], None] | None = None, until: str = ""
) -> Tally:
    """Play so many histories, or until a fault has such words; what they came to."""
    record, tally = Record(), Tally(seed)
    if mutation is not None:
        mutation(record)
    for number in range(count):
        if number % 200 == 0:
            record = Record()
            if mutation is not None:
                mutation(record)
        history = History(record, seed * 1_000_003 + number, f"s{number}")
        faults = history.run(steps)
        tally.add(history, [f"history {number} of seed {seed}: {fault}" for fault in faults])
        if until and any(until in fault for fault in faults):
            break
    return tally


@dataclass
class Tally:
    """What so many histories came to."""

    seed: int
    histories: int = 0
    refunds: int = 0
    paid: int = 0
    chargebacks: int = 0
    faults: list[str] = field(default_factory=list)

    def add(self, history: History, faults: list[str]) -> None:
        found = history._all()
        self.histories += 1
        self.refunds += len(found)
        self.paid += sum(history.bank.paid.values())
        self.chargebacks += sum(one.kind == "chargeback" for one in found)
        self.faults += faults

    def join(self, part: Tally) -> None:
        """Take another's histories in; each of its faults names its seed."""
        self.histories += part.histories
        self.refunds += part.refunds
        self.paid += part.paid
        self.chargebacks += part.chargebacks
        self.faults += part.faults
