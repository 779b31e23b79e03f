"""Who lives and who has which duty, on each engine; by a stepped clock of each worker's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from support.service.duties import DUTIES, OWED, WATCH
from support.service.membership import BEAT_SECONDS, FORGET_AFTER, Membership, Says
from ticketing.storage import workers
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal
from ticketing.worker import Seated, Worker

SEAT = Seated("star", "a1", "lin", "Lin", "online", ("c1", "c2"))
NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Clock:
    """A machine's own; nobody else's shows the same."""

    def __init__(self, start: float) -> None:
        self.now = start

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def journal(database_url: str) -> Iterator[Journal]:
    journal = Journal(open_engine(database_url))
    yield journal
    journal.close()


def member(
    journal: Journal, id: str, clock: Clock, turns: Callable[[], tuple[str, ...]] = lambda: ("m1",)
) -> Membership:
    return Membership(journal, Says(lambda: (SEAT,) if id == "a" else (), turns), clock, id)


async def test_the_first_has_every_duty_and_tells_of_itself(journal: Journal) -> None:
    a, b = member(journal, "a", Clock(5.0)), member(journal, "b", Clock(9000.0))
    await a.beat()
    await b.beat()
    await a.beat()
    assert all(a.holds(duty) for duty in DUTIES)
    assert not any(b.holds(duty) for duty in DUTIES)
    [seen] = b.others
    assert (seen.id, seen.seats, sorted(seen.turns)) == ("a", (SEAT,), ["m1"])
    assert [one.id for one in a.others] == ["b"]


async def test_whoever_gives_no_sign_is_given_up_and_its_duties_are_taken_and_never_held_by_two(
    journal: Journal,
) -> None:
    at_a, at_b = Clock(0.0), Clock(700.0)
    a, b = member(journal, "a", at_a), member(journal, "b", at_b)
    await a.beat()
    held: list[tuple[bool, bool]] = []
    while not b.holds(WATCH):
        await b.beat()
        held.append((a.holds(WATCH), b.holds(WATCH)))
        at_a.now += BEAT_SECONDS
        at_b.now += BEAT_SECONDS
    assert (True, True) not in held
    assert FORGET_AFTER <= at_b.now - 700 <= FORGET_AFTER + 2 * BEAT_SECONDS
    assert (a.holds(OWED), b.holds(OWED), b.others) == (False, True, ())
    await a.beat()
    assert not a.holds(WATCH), "it comes back as any other"
    assert (await b.beat()).duties == frozenset(DUTIES)


async def test_whoever_lives_is_not_given_up_however_long_it_goes(journal: Journal) -> None:
    at_a, at_b = Clock(0.0), Clock(0.0)
    a, b = member(journal, "a", at_a), member(journal, "b", at_b)
    for _ in range(20):
        await a.beat()
        await b.beat()
        at_a.now += BEAT_SECONDS
        at_b.now += BEAT_SECONDS
    assert (a.holds(WATCH), b.holds(WATCH)) == (True, False)


async def test_whoever_could_not_look_for_a_while_gives_nobody_up_for_it(journal: Journal) -> None:
    at_b = Clock(0.0)
    a, b = member(journal, "a", Clock(0.0)), member(journal, "b", at_b)
    await a.beat()
    await b.beat()
    at_b.now += 10 * FORGET_AFTER
    await b.beat()
    await b.beat()
    assert [one.id for one in b.others] == ["a"]
    assert not b.holds(WATCH)


async def test_whoever_goes_in_order_frees_its_duties_at_once_and_tells_what_it_left(journal: Journal) -> None:
    a, b = member(journal, "a", Clock(0.0)), member(journal, "b", Clock(0.0))
    await a.beat()
    await b.beat()
    await a.leave()
    assert not a.holds(WATCH)
    await b.beat()
    assert b.holds(WATCH)
    assert (b.others, sorted(b.left_turns)) == ((), ["m1"])
    found = await b.beat()
    assert ([one.id for one in found.workers], b.left_turns) == (["b"], frozenset())


async def test_a_look_shows_the_same_without_a_sign_of_life(journal: Journal) -> None:
    a, b = member(journal, "a", Clock(0.0)), member(journal, "b", Clock(0.0))
    await a.beat()
    found = await b.look()
    assert [one.id for one in found.workers] == ["a"] == [one.id for one in b.others]
    assert not b.holds(WATCH)


def test_a_secret_is_made_once_and_is_the_records_own(journal: Journal) -> None:
    first = journal.write_now(lambda tx: workers.shared_secret(tx, "fan-out"))
    assert journal.write_now(lambda tx: workers.shared_secret(tx, "fan-out")) == first
    assert journal.write_now(lambda tx: workers.shared_secret(tx, "other")) != first
    assert len(first) > 32


def test_a_worker_that_was_forgotten_begins_anew(journal: Journal) -> None:
    me = Worker("a", NOW, 0, (SEAT,), frozenset({"m1"}))
    journal.write_now(lambda tx: workers.beat(tx, me))
    journal.write_now(lambda tx: workers.beat(tx, me))
    assert [one.beat for one in journal.read_now(workers.all_of)] == [1]
    journal.write_now(lambda tx: workers.forget(tx, ["a"]))
    journal.write_now(lambda tx: workers.beat(tx, me))
    assert journal.read_now(workers.all_of) == (me,)
