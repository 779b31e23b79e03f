"""Every order of what can happen to the refunds of one line, over the real code and a real database."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from knowledge_base.shop import RefundLimits, Shop
from support.refunds.executor import ANSWER_WITHIN, Answer, Instruction, instruction_of
from support.service import refund_work
from support.service.refunds import approve, call_off, execute, settle
from tests.faults.refund_world import BEGIN, TOLERANCE, Record
from ticketing.agent import Agent, Role
from ticketing.errors import TicketingError
from ticketing.refund import FREED, Refund
from ticketing.storage import refunds as rows
from ticketing.storage.refunds import Wanted

SHOP = Shop("s", ("en",), refunds=RefundLimits(approval_limit=Decimal(1), executor="webhook"))
ORDER, PAID = "NO-1", Decimal(2)
AGES = (timedelta(seconds=35), ANSWER_WITHIN, TOLERANCE, 2 * TOLERANCE)
"""Where it begins to matter how old a claim is."""
FINAL = ("done", *FREED)


def _person(name: str, role: Role) -> Agent:
    return Agent("s", name, name, name, role, (), 6, True, BEGIN)


ANN, SAM, SUE = _person("ann", "agent"), _person("sam", "senior"), _person("sue", "senior")
Move = Callable[[], object]


@dataclass(frozen=True)
class Outside:
    """What is not in our database: the bank's book, what is on its way, and what two workers hold in their heads."""

    now: datetime = BEGIN
    paid: tuple[str, ...] = ()
    sent: tuple[str, ...] = ()
    flying: tuple[Instruction, ...] = ()
    heads: tuple[tuple[str, str, Answer | None] | None, ...] = (None, None)


@dataclass
class Search:
    """Breadth first. `resend` puts a fault in: what is in doubt is sent again."""

    refunds: int
    chargeback: bool
    resend: bool = False
    states: int = 0
    moves: int = 0
    ended: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Go through all of it."""
        self.record = Record()
        self.record.open_shop("s")
        self.record.write_now(lambda tx: rows.set_paid(tx, "s", ORDER, "", PAID, "CNY"))
        self.at = Outside()
        todo, seen = deque([(self.record.driver.serialize(), self.at)]), {self._key()}
        while todo and len(self.faults) < 5:
            kept, outside = todo.popleft()
            self.states += 1
            self._back(kept, outside)
            for move in self._possible():
                self._back(kept, outside)
                self.moves += 1
                try:
                    move()
                except TicketingError:
                    continue
                self._check()
                if (key := self._key()) not in seen:
                    seen.add(key)
                    todo.append((self.record.driver.serialize(), self.at))

    def _back(self, kept: bytes, outside: Outside) -> None:
        if self.at is not outside or self.record.driver.total_changes:
            self.record.driver.deserialize(kept)
        self.at = outside

    def _all(self) -> tuple[Refund, ...]:
        return rows.of_order(self.record.tx, "s", ORDER)

    def _key(self) -> tuple[object, ...]:
        """What tells two moments apart; not the time itself."""
        found = self._all()
        number = {one.key: i for i, one in enumerate(found)} | {one.id: i for i, one in enumerate(found)}
        ages = tuple(self._age(one) for one in found)
        heads = tuple(sorted((number[h[0]], h[1], h[2].state if h[2] else "") if h else () for h in self.at.heads))
        return (
            tuple((one.kind, one.amount, one.state, one.approved_by, one.executed_by) for one in found), ages, heads,
            tuple(sorted(number[key] for key in self.at.paid)), tuple(sorted(number[key] for key in self.at.sent)),
            tuple(sorted(number[one.key] for one in self.at.flying)),
        )  # fmt: skip

    def _age(self, one: Refund) -> int:
        if one.deadline is None:
            return -1
        return sum(self.at.now - (one.deadline - ANSWER_WITHIN) > age for age in AGES)

    def _possible(self) -> list[Move]:
        found = self._all()
        asked = [one for one in found if one.kind == "refund"]
        moves: list[Move] = []
        if len(asked) < self.refunds or any(one.state not in FREED for one in asked):
            moves.append(self._ask)
        if self.chargeback:
            moves.append(self._charge_back)
        for one in asked:
            moves += self._of(one)
        for which, head in enumerate(self.at.heads):
            if head is not None:
                moves += self._with(which, head)
        moves += [partial(self._arrive, one) for one in self.at.flying]
        if any(one.state in {"executing", "in_doubt"} and self._age(one) < len(AGES) for one in asked):
            moves.append(self._wait)
        return moves

    def _of(self, one: Refund) -> Sequence[Move]:
        people, number, now = (ANN, SAM, SUE), one.refund_no, self.at.now
        write, free = self.record.write_now, [i for i, head in enumerate(self.at.heads) if head is None][:1]
        match one.state:
            case "requested":
                yes = [partial(approve, shop=SHOP, agent=who, number=number, if_rev=None, at=now) for who in people]
                return [partial(write, work) for work in yes] + [partial(self._call_off, number)]
            case "approved":
                by = [
                    partial(execute, shop=SHOP, agent=who, number=number, reference=None, if_rev=None, at=now)
                    for who in people
                    if one.executed_by is None
                ]
                begin = [partial(self._claim, which, one) for which in free if one.executed_by is not None]
                return [partial(write, work) for work in by] + begin + [partial(self._call_off, number)]
            case "executing":
                return [partial(write, partial(refund_work.doubt, shop="s", refund=one.id, at=now))]
            case "in_doubt":
                return [partial(self._asked, one), *self._settled(one)]
        return []

    def _call_off(self, number: int) -> None:
        work = partial(call_off, shop=SHOP, agent=SAM, number=number, reason="a mistake", if_rev=None, at=self.at.now)
        self.record.write_now(work)

    def _settled(self, one: Refund) -> list[Move]:
        """A person's proof is what stands in the bank's book, once nothing can arrive any more."""
        if self._age(one) < AGES.index(2 * TOLERANCE) + 1:
            return []
        said = "done" if one.key in self.at.paid else "failed"
        settled = partial(settle, shop=SHOP, number=one.refund_no, reference="page 7", if_rev=None, at=self.at.now)
        each = [partial(settled, agent=who, outcome=said) for who in (ANN, SAM, SUE)]
        return [partial(self.record.write_now, work) for work in each]

    def _ask(self) -> None:
        wanted = Wanted("s", "refund", ORDER, "", PAID, "CNY", "webhook", decision="d")
        self.record.write_now(lambda tx: rows.request(tx, wanted, "assistant", self.at.now))

    def _charge_back(self) -> None:
        wanted = Wanted("s", "chargeback", ORDER, "", Decimal(1), "CNY", "store")
        self.record.write_now(lambda tx: rows.happened(tx, wanted, "case", "store", self.at.now))

    def _claim(self, which: int, one: Refund) -> None:
        claimed = self.record.write_now(lambda tx: refund_work.claim(tx, "s", one.id, self.at.now))
        self._think(which, (claimed.id, "claimed", None))

    def _think(self, which: int, head: tuple[str, str, Answer | None] | None) -> None:
        heads = tuple(head if i == which else old for i, old in enumerate(self.at.heads))
        self.at = replace(self.at, heads=heads)

    def _with(self, which: int, head: tuple[str, str, Answer | None]) -> list[Move]:
        """What a worker does next, or that it dies."""
        dies = partial(self._think, which, None)
        if head[1] == "answered":
            return [partial(self._record, which, head), dies]
        ends = ("done", "failed", "lost", "flying", "paid and lost", "not sent")
        return [*(partial(self._send, which, head[0], end) for end in ends), dies]

    def _send(self, which: int, key: str, end: str) -> None:
        one = rows.get(self.record.tx, "s", key)
        if not refund_work.may_send(one, self.at.now):
            self._think(which, None)
            return
        given = instruction_of(one)
        if end != "not sent":
            self.at = replace(self.at, sent=(*self.at.sent, given.key))
        if end in {"done", "paid and lost"}:
            self.at = replace(self.at, paid=(*self.at.paid, given.key))
        if end == "flying":
            self.at = replace(self.at, flying=(*self.at.flying, given))
        answer = Answer("done" if end == "done" else "failed" if end in {"failed", "not sent"} else "unknown", end)
        self._think(which, (key, "answered", answer))

    def _record(self, which: int, head: tuple[str, str, Answer | None]) -> None:
        assert head[2] is not None
        answer = head[2]
        self.record.write_now(lambda tx: refund_work.record(tx, "s", head[0], answer, self.at.now))
        self._think(which, None)

    def _arrive(self, given: Instruction) -> None:
        """Late, and refused where its signature is too old."""
        self.at = replace(self.at, flying=tuple(one for one in self.at.flying if one is not given))
        if self.at.now - given.at <= TOLERANCE:
            self.at = replace(self.at, paid=(*self.at.paid, given.key))

    def _asked(self, one: Refund) -> None:
        if self.resend:
            self.at = replace(self.at, sent=(*self.at.sent, one.key))
            return
        if one.key in self.at.paid:
            answer = Answer("done", "in the book")
        elif self._age(one) == len(AGES):
            answer = Answer("failed", "never heard of it")
        else:
            answer = Answer("unknown", "not yet")
        self.record.write_now(lambda tx: refund_work.record(tx, "s", one.id, answer, self.at.now))

    def _wait(self) -> None:
        """Until the next age at which something changes."""
        begun = [
            one.deadline - ANSWER_WITHIN for one in self._all() if one.deadline and one.state not in FINAL
        ]  # fmt: skip
        next_ages = [at + age for at in begun for age in AGES if at + age >= self.at.now]
        self.at = replace(self.at, now=min(next_ages) + timedelta(seconds=1))

    def _check(self) -> None:
        sent, paid = Counter(self.at.sent), Counter(self.at.paid)
        out = Decimal(0)
        for one in self._all():
            self.ended |= {one.state} & set(FINAL) if one.kind == "refund" else set()
            out += one.amount * (paid[one.key] if one.kind == "refund" else 1)
            if sent[one.key] > 1 or paid[one.key] > 1:
                self.faults.append(f"executed twice: {one}")
            if one.state in FREED and paid[one.key]:
                self.faults.append(f"paid and taken for {one.state}: {one}")
            if one.state == "done" and one.kind == "refund" and not paid[one.key]:
                self.faults.append(f"done and never paid: {one}")
            people = {one.requested_by, one.approved_by, one.executed_by}
            begun = one.amount > 1 and one.kind == "refund" and one.state in {"executing", "in_doubt", "done"}
            if begun and len(people - {"assistant", "server"}) < 2:
                self.faults.append(f"one pair of eyes: {one}")
        if out > PAID:
            self.faults.append(f"more than paid: {out}")
