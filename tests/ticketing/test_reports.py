"""A small history, counted by hand. The shop is open from 09:00 to 18:00 UTC, all days."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from ticketing.conversation import AuthorKind
from ticketing.deadlines import open_between
from ticketing.ids import new_id
from ticketing.order_event import OrderEvent
from ticketing.reports import Calendar, Point
from ticketing.storage import event_log, order_events, talk
from ticketing.storage import reports as storage
from ticketing.storage.database import encode
from ticketing.storage.journal import Journal
from ticketing.storage.reports import Span, cursor, keep, next_to_keep, points
from ticketing.storage.tables import tickets

DAY = datetime(2026, 3, 2, tzinfo=UTC)
HOURS = {day: ((time(9), time(18)),) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
CALENDAR = Calendar(HOURS, ZoneInfo("UTC"))
Json = dict[str, Any]


def at(clock: str, day: int = 0) -> datetime:
    hour, minute = clock.split(":")
    return DAY + timedelta(days=day, hours=int(hour), minutes=int(minute))


class Story:
    """Writes one conversation's events."""

    def __init__(self, tx: sa.Connection, shop: str = "star", owner: str = "") -> None:
        self.tx, self.shop = tx, shop
        self.id = talk.start(tx, shop, owner or f"visitor:{new_id()}", "en", "s", DAY).id

    def add(self, kind: str, when: datetime, **body: Any) -> None:
        body = {"conversation": self.id, **body}
        event_log.append(self.tx, self.shop, kind, self.id, "visitor:1", body, when)

    def says(self, who: AuthorKind, when: datetime) -> None:
        body = {"conversation": self.id, "message": {"id": "m", "seq": 1, "author": {"kind": who, "name": ""}}}
        if who == "assistant":
            self.add("done", when, **body)
            return
        kept = talk.append(
            self.tx, self.shop, self.id, at=when, author_kind=who, author_name="", text="hi", lang="en", told=True,
        )  # fmt: skip
        event_log.append_message(self.tx, self.shop, kept, "visitor:1", encode(body))

    def ticket(self, state: str, when: datetime, due: datetime, **more: Any) -> None:
        view = {
            "id": f"t-{self.id}", "state": state, "queue": "after-sales", "due_at": due.isoformat(),
            **more,
        }  # fmt: skip
        self.add("ticket", when, ticket=view)
        self._keep(view, when)

    def _keep(self, view: Json, when: datetime) -> None:
        done = when if view["state"] == "resolved" else None
        mine = (tickets.c.shop == self.shop) & (tickets.c.id == view["id"])
        changed = sa.update(tickets).where(mine).values(state=view["state"], resolved_at=done)
        if self.tx.execute(changed).rowcount == 0:
            held = {"id": view["id"], "reason": "human", "priority": "normal", "queue": view["queue"], "at": when}
            number = self.tx.execute(sa.select(sa.func.count()).select_from(tickets)).scalar_one()
            self.tx.execute(sa.insert(tickets).values(
                shop=self.shop, conversation=self.id, state="new", rev=0, missing=[], tags=[], fired=[],
                created_at=held.pop("at"), ticket_no=number, **held,
            ))  # fmt: skip

    def asks_for_person(self, when: datetime, due: datetime, reason: str = "human") -> None:
        self.ticket("new", when, due)
        self.add("handoff", when, stage="requested", reason=reason)
        self.add("handoff", when, stage="queued", reason=reason)


def quick(story: Story) -> None:
    """Asked 10:00, a person at 10:04, resolved 10:20, rated 5."""
    story.says("buyer", at("9:59"))
    story.says("assistant", at("9:59") + timedelta(seconds=2))
    story.asks_for_person(at("10:00"), at("10:30"))
    story.ticket("open", at("10:03"), at("10:30"))
    story.add("handoff", at("10:03"), stage="assigned")
    story.says("agent", at("10:04"))
    story.ticket("resolved", at("10:20"), at("10:30"))
    story.add("rated", at("10:25"), rating={"solved": True, "score": None})
    story.add("rated", at("10:26"), rating={"solved": True, "score": 5, "agent": "a1"})


def overnight(story: Story) -> None:
    """Asked 17:50, a person next day at 09:10 (20 open minutes), taken late, resolved 09:30, reopened, resolved."""
    story.says("buyer", at("17:50"))
    story.says("assistant", at("17:50") + timedelta(seconds=4))
    story.asks_for_person(at("17:50"), at("9:05", 1), "refused")
    story.ticket("open", at("9:10", 1), at("9:05", 1))
    story.says("agent", at("9:10", 1))
    story.ticket("resolved", at("9:30", 1), at("9:05", 1))
    story.ticket("new", at("9:40", 1), at("10:10", 1))
    story.ticket("open", at("9:42", 1), at("10:10", 1))
    story.ticket("resolved", at("9:43", 1), at("10:10", 1))
    story.add("rated", at("9:50", 1), rating={"solved": False, "score": 2, "agent": "a1"})


def waiting(story: Story) -> None:
    """Asked 11:00, nobody came."""
    story.says("buyer", at("11:00", 1))
    story.asks_for_person(at("11:00", 1), at("11:30", 1))


def alone(story: Story) -> None:
    """The assistant answers in 6 s and is rated 4; a refund waits for its payment, which is no one's chat."""
    story.says("buyer", at("12:00"))
    story.says("assistant", at("12:00") + timedelta(seconds=6))
    story.ticket("new", at("12:00"), at("12:30"), queue="refunds")
    story.add("rated", at("12:10"), rating={"solved": None, "score": 4, "agent": None})


@pytest.fixture
def counted(journal: Journal) -> dict[str, list[Point]]:
    def write(tx: sa.Connection) -> None:
        for tell in (quick, overnight, waiting, alone):
            tell(Story(tx))
        quick(Story(tx, "moon"))

    journal.write_now(write)
    found = journal.read_now(lambda tx: list(points(tx, "star", Span(DAY, at("12:00", 1)), CALENDAR)))
    return {point.measure: [p for p in found if p.measure == point.measure] for point in found}


def values(counted: dict[str, list[Point]], key: str) -> list[float]:
    return sorted(point.value for point in counted.get(key, []))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("first_response_assistant_s", [2, 4, 6]),
        ("first_response_human_s", [240, 1200]),
        ("resolution_minutes", [3, 20, 40]),
        ("open_by_age", [60]),
        ("rating_assistant", [4]),
        ("rating_people", [2, 5]),
        ("handoffs", [1, 1, 1]),
        ("deadlines_met", [0, 0, 1, 1]),
        ("confirmed", [0, 1]),
        ("reopened", [0, 0, 1]),
    ],
)
def test_each_measure_is_what_a_hand_counts(counted: dict[str, list[Point]], key: str, expected: list[float]) -> None:
    assert values(counted, key) == expected


def test_points_carry_their_bucket(counted: dict[str, list[Point]]) -> None:
    assert Counter(point.bucket for point in counted["handoffs"]) == {"human": 2, "refused": 1}
    assert Counter(point.bucket for point in counted["resolution_minutes"]) == {
        "within_5": 1, "within_30": 1, "over_30": 1,
    }  # fmt: skip
    assert [point.bucket for point in counted["open_by_age"]] == ["under_24_h"]


def test_a_span_counts_what_belongs_to_it_and_what_was_open_at_its_end(journal: Journal) -> None:
    journal.write_now(lambda tx: [tell(Story(tx)) for tell in (quick, overnight, waiting, alone)])
    span = Span(at("8:00", 1), at("11:04", 1))
    found = journal.read_now(lambda tx: list(points(tx, "star", span, CALENDAR)))
    assert Counter(point.measure for point in found) == {
        "resolution_minutes": 2, "reopened": 2, "rating_people": 1, "confirmed": 1, "handoffs": 1, "open_by_age": 1,
        "deadlines_met": 1, "bought_again": 1,
    }  # fmt: skip
    assert next(point.bucket for point in found if point.measure == "open_by_age") == "under_5_min"
    before = journal.read_now(lambda tx: list(points(tx, "star", Span(DAY, at("10:10")), CALENDAR)))
    assert [point.measure for point in before if point.measure == "open_by_age"] == ["open_by_age"]


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        (at("10:00"), at("10:30"), 30),
        (at("17:50"), at("9:10", 1), 20),
        (at("20:00"), at("8:00", 1), 0),
        (at("10:30"), at("10:00"), 0),
        (at("9:00"), at("9:00", 3), 3 * 9 * 60),
    ],
)
def test_open_time_leaves_the_night_out(since: datetime, until: datetime, minutes: int) -> None:
    assert open_between(HOURS, ZoneInfo("UTC"), since, until) == timedelta(minutes=minutes)
    assert open_between(None, ZoneInfo("UTC"), since, until) == max(until - since, timedelta())


def kept(journal: Journal, now: datetime) -> int:
    """Keep what can be kept; how many conversations."""
    done = 0
    while True:
        begun = journal.read_now(lambda tx: cursor(tx, "star"))
        to, found = journal.read_now(lambda tx: next_to_keep(tx, "star", CALENDAR, now, 7))
        if to == begun and not found:
            return done
        journal.write_now(partial(keep, shop="star", kept=found, to=to))
        done += len(found)


def all_points(journal: Journal, span: Span) -> list[Point]:
    found = journal.read_now(lambda tx: list(points(tx, "star", span, CALENDAR)))
    return sorted(found, key=lambda point: (point.measure, point.at, point.conversation, point.value))


def test_what_is_kept_never_changes_a_number_whenever_it_was_kept_and_whatever_is_asked_for(journal: Journal) -> None:
    journal.write_now(lambda tx: [tell(Story(tx)) for tell in (quick, overnight, waiting, alone)])
    ends = [at(clock, day) for day in (0, 1, 2, 3, 4, 5) for clock in ("9:06", "10:20", "11:30", "17:55", "23:00")]
    spans = [Span(DAY + timedelta(days=day), until) for until in ends for day in (0, 1) if until > DAY + timedelta(day)]
    derived = [all_points(journal, span) for span in spans]
    for now in (at("10:00"), at("11:00", 1), at("9:00", 3), at("12:00", 9)):
        kept(journal, now)
        assert [all_points(journal, span) for span in spans] == derived, now
    assert kept(journal, at("12:00", 9)) == 0


def test_kept_points_are_used_and_what_happens_later_is_seen(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    journal.write_now(lambda tx: [tell(Story(tx)) for tell in (quick, overnight, waiting, alone)])
    now, span = at("12:00", 9), Span(DAY, at("12:00", 9))
    assert kept(journal, now) >= 4
    before = all_points(journal, span)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "points_of", lambda *given: 1 / 0)
        assert all_points(journal, span) == before
    journal.write_now(lambda tx: quick(Story(tx)))
    after = all_points(journal, span)
    assert sum(point.measure == "resolution_minutes" for point in after) == 4
    assert sum(point.measure == "resolution_minutes" for point in before) == 3


def test_whoever_writes_again_is_counted_once_it_can_be_said(journal: Journal) -> None:
    def again(story: Story) -> None:
        quick(story)
        story.says("buyer", at("10:00", 2))

    journal.write_now(lambda tx: [tell(Story(tx)) for tell in (quick, again)])

    def counted_until(until: datetime) -> list[float]:
        return sorted(p.value for p in all_points(journal, Span(DAY, until)) if p.measure == "contact_again")

    assert counted_until(at("9:00", 2)) == []
    assert counted_until(at("11:00", 2)) == [1]
    assert counted_until(at("11:00", 3)) == [0, 1]


def test_whoever_writes_in_another_chat_has_come_back_too(journal: Journal) -> None:
    def write(tx: sa.Connection) -> None:
        owners = ("visitor:ann", "buyer:bob", "buyer:cid")
        for owner in owners:
            quick(Story(tx, owner=owner))
        for owner, when in zip(owners, (at("12:00", 1), at("12:00", 9), at("9:00")), strict=True):
            other = talk.start(tx, "star", owner, "en", "s", when).id
            talk.append(tx, "star", other, at=when, author_kind="buyer", author_name="", text="hi", lang="en",
                        generated_by="human")  # fmt: skip

    journal.write_now(write)
    for _ in range(2):
        found = [p for p in all_points(journal, Span(DAY, at("9:00", 8))) if p.measure == "contact_again"]
        assert Counter(p.bucket for p in found) == {"yes": 1, "no": 2}, "within 72 hours after, and by the same owner"
        early = [p for p in all_points(journal, Span(DAY, at("11:00", 1))) if p.measure == "contact_again"]
        assert early == []
        kept(journal, at("9:00", 8))


def test_whoever_bought_again_is_told_by_the_payments_that_the_store_told_of(journal: Journal) -> None:
    def write(tx: sa.Connection) -> None:
        for owner in ("buyer:ann", "buyer:bob", "visitor:cid"):
            quick(Story(tx, owner=owner))

    def paid(buyer: str, order: str, when: datetime) -> None:
        event = OrderEvent("star", f"paid-{order}-{when:%d%H}", "paid", order, when, when, buyer=buyer)
        journal.write_now(lambda tx: order_events.add(tx, event, b"x"))

    def counted(until: datetime) -> Counter[str]:
        return Counter(p.bucket for p in all_points(journal, Span(DAY, until)) if p.measure == "bought_again")

    journal.write_now(write)
    assert counted(at("9:00", 40)) == {"unknown": 3}, "no store tells of payments here"
    paid("ann", "A1", at("10:00"))  # before it was resolved
    paid("bob", "B9", at("10:00", 31))  # too late
    assert counted(at("9:00", 40)) == {"no": 2, "unknown": 1}
    paid("ann", "A2", at("12:00", 3))
    assert counted(at("9:00", 40)) == {"yes": 1, "no": 1, "unknown": 1}
    assert counted(at("9:00", 4)) == {"yes": 1, "unknown": 1}, "of bob nobody can say yet"


def test_what_was_refused_and_given_back_after_all_is_a_reversal_and_counts_once(journal: Journal) -> None:
    def refunded(story: Story) -> None:
        story.add("decision", at("10:00"), decision={"id": "d", "verdict": "refuse"})
        story.ticket("new", at("10:01"), at("10:30"), reason="key_invalid", order_no="A1")
        refund = {"number": "R-1", "kind": "refund", "amount": "30.00", "currency": "CNY", "order": "A1"}
        for state in ("approved", "done", "done"):
            story.add("refund", at("10:05"), refund=refund | {"state": state})

    def refused(story: Story) -> None:
        story.add("decision", at("10:00"), decision={"id": "d", "verdict": "refuse"})

    journal.write_now(lambda tx: [tell(Story(tx)) for tell in (refunded, refused)])
    found = all_points(journal, Span(DAY, at("12:00")))
    assert [(p.value, p.bucket, p.order_no) for p in found if p.measure == "refunded"] == [(30, "key_invalid", "A1")]
    assert sorted(p.bucket for p in found if p.measure == "reversed") == ["no", "yes"]
