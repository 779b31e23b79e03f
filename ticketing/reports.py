"""Measures of how people were served, from what happened: nothing is counted that the event log does not tell.

A measure is a list of points, each of one conversation, so that every number opens to what stands behind it. Times in
which people are expected count the shop's open hours; the assistant's count the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from ticketing.deadlines import Hours, open_between
from ticketing.ticket import WORK_QUEUES

DONE = frozenset({"resolved", "closed"})
MEASURES = (
    "first_response_assistant_s", "first_response_human_s", "resolution_minutes", "open_by_age", "rating_assistant",
    "rating_people", "handoffs", "deadlines_met", "confirmed", "reopened", "contact_again", "reversed", "refunded",
    "thumbs", "thumbs_down", "overridden", "bought_again",
)  # fmt: skip
OPEN, AGAIN_KEY, BOUGHT = "open_by_age", "contact_again", "bought_again"
AGES = (("under_5_min", 5), ("under_30_min", 30), ("under_24_h", 24 * 60))
TARGET_MINUTES, BASELINE_MINUTES = 5, 30
AGAIN = timedelta(hours=72)
"""Whoever writes within this time after a resolution has come back about it."""
GIVEN_BACK = frozenset({"refund", "coupon"})
"""Kinds of refunds whose amount counts as given back: money, and credit that is as good; a new key is none."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, reduced to what measures need."""

    n: int
    at: datetime
    type: str
    conversation: str
    author: str | None = None
    stage: str | None = None
    reason: str | None = None
    ticket: str | None = None
    queue: str | None = None
    state: str | None = None
    due_at: datetime | None = None
    agent: str | None = None
    score: int | None = None
    solved: bool | None = None
    answer: str | None = None
    thumb: str | None = None
    source: str | None = None
    assignee: str | None = None
    order_no: str | None = None
    verdict: str | None = None
    refund: str | None = None
    amount: float | None = None
    said: str | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When people are there."""

    hours: Hours
    zone: ZoneInfo

    def open_time(self, since: datetime, until: datetime) -> timedelta:
        """Open time between two moments."""
        return open_between(self.hours, self.zone, since, until)


class Point(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One occurrence that a measure counts: when it belongs to, of which conversation, how much, in which bucket.

    `agent`, `ticket`, `order_no` and `clause` are empty where it is nobody's, of no ticket, of no order that is known,
    or of no clause.
    """

    measure: str
    at: datetime
    conversation: str
    value: float
    bucket: str = ""
    agent: str = ""
    ticket: str = ""
    order_no: str = ""
    clause: str = ""


def points_of(history: Iterable[Happened], calendar: Calendar, until: datetime) -> Iterator[Point]:
    """The points of one conversation, from all its events before `until`, in order."""
    events = tuple(history)
    yield from _assistant_answers(events)
    yield from _people_answer(events, calendar)
    yield from _handoffs(events)
    yield from _ratings(events)
    yield from _thumbs(events)
    yield from _reversed(events)
    yield from _refunded(events)
    yield from _overridden(events)
    for one in _tickets(events):
        yield from _resolutions(one, calendar)
        yield from _contact_again(one, events, until)
        yield from _deadlines(one, until)


@dataclass(frozen=True, slots=True)
class Holds:
    """For which ends of a span a conversation's points stand as they are: after `after`, and before `before`."""

    after: datetime
    before: datetime | None

    def at(self, until: datetime) -> bool:
        """Whether they do for that one."""
        return self.after < until and (self.before is None or until < self.before)


def holds_of(history: Iterable[Happened], until: datetime) -> Holds:
    """Time alone decides some points: until when nobody came back, and whether somebody came by a deadline."""
    events = tuple(history)
    turning = [
        moment
        for one in _tickets(events)
        for moment in (
            *(each.resolved + AGAIN for each in _rounds(one) if each.resolved is not None),
            *(due_at for _, _, due_at in _waits(one)),
        )
    ]
    past, coming = [at for at in turning if at < until], [at for at in turning if at >= until]
    return Holds(max((*past, *(event.at for event in events))), min(coming, default=None))


def open_points(history: Iterable[Happened], until: datetime) -> Iterator[Point]:
    """A conversation's tickets that are not done at `until`, by their age in minutes of the clock."""
    for one in _tickets(tuple(history)):
        last = _rounds(one)[-1]
        if last.resolved is None:
            age = (until - last.opened).total_seconds() / 60
            bucket = next((name for name, limit in AGES if age < limit), "older")
            whose = (one[-1].assignee or "", one[0].ticket or "", _order(one))
            yield Point(OPEN, last.opened, one[0].conversation, age, bucket, *whose)


def _assistant_answers(events: tuple[Happened, ...]) -> Iterator[Point]:
    """The clock from the buyer's first message to the assistant's first, where no person was faster."""
    asked: Happened | None = None
    for event in events:
        if event.author == "buyer" and asked is None:
            asked = event
        elif event.author == "agent":
            return
        elif asked is not None and event.author == "assistant":
            seconds = (event.at - asked.at).total_seconds()
            yield Point("first_response_assistant_s", asked.at, event.conversation, seconds)
            return


def _people_answer(events: tuple[Happened, ...], calendar: Calendar) -> Iterator[Point]:
    """Open time from each request for a person to the first thing a person says; unanswered ones are no point."""
    asked: datetime | None = None
    holder = ""
    for event in events:
        if event.ticket is not None and event.assignee:
            holder = event.assignee
        if event.stage in {"requested", "queued"} and asked is None:
            asked = event.at
        elif event.stage == "returned":
            asked = None
        elif event.author == "agent" and asked is not None:
            seconds = calendar.open_time(asked, event.at).total_seconds()
            yield Point("first_response_human_s", asked, event.conversation, seconds, agent=holder)
            asked = None


def _handoffs(events: tuple[Happened, ...]) -> Iterator[Point]:
    for event in events:
        if event.stage == "requested":
            yield Point("handoffs", event.at, event.conversation, 1, event.reason or "unknown")


def _ratings(events: tuple[Happened, ...]) -> Iterator[Point]:
    """Stars belong to the agent whom they name, else to the assistant; a yes or no on 问题解决了吗 stands by itself."""
    answered = False
    for event in events:
        if event.type != "rated":
            continue
        if event.score is not None:
            name = "rating_people" if event.agent else "rating_assistant"
            score = event.score
            yield Point(name, event.at, event.conversation, score, str(score), event.agent or "")
        if event.solved is not None and not answered:
            yield Point("confirmed", event.at, event.conversation, float(event.solved), _word(event.solved))
        answered = event.solved is not None and event.score is None


def _thumbs(events: tuple[Happened, ...]) -> Iterator[Point]:
    """The last thumb on each answer; one that is down stands under the first source that the answer cites."""
    last = {event.answer: event for event in events if event.thumb is not None}
    for event in last.values():
        good = event.thumb == "up"
        yield Point("thumbs", event.at, event.conversation, float(good), event.thumb or "")
        if not good:
            yield Point("thumbs_down", event.at, event.conversation, 1, event.source or "none")


def _word(solved: bool) -> str:
    return "yes" if solved else "no"


def _tickets(events: tuple[Happened, ...]) -> Iterator[tuple[Happened, ...]]:
    """Each ticket's events that somebody waits for."""
    by_ticket: dict[str, list[Happened]] = {}
    for event in events:
        if event.ticket is not None and event.queue not in WORK_QUEUES:
            by_ticket.setdefault(event.ticket, []).append(event)
    return (tuple(one) for one in by_ticket.values())


@dataclass(slots=True)
class _Round:
    """From a ticket's opening, or reopening, to its resolution, and who had it then."""

    opened: datetime
    resolved: datetime | None = None
    agent: str = ""


def _rounds(ticket: tuple[Happened, ...]) -> list[_Round]:
    rounds: list[_Round] = []
    for event in ticket:
        done = event.state in DONE
        if not rounds or (rounds[-1].resolved is not None and not done):
            rounds.append(_Round(event.at))
        if done and rounds[-1].resolved is None:
            rounds[-1].resolved, rounds[-1].agent = event.at, event.assignee or ""
    return rounds


def _resolutions(ticket: tuple[Happened, ...], calendar: Calendar) -> Iterator[Point]:
    """Open minutes of each round, under the day of its end; and whether another round followed."""
    rounds = _rounds(ticket)
    for place, one in enumerate(rounds):
        if one.resolved is None:
            continue
        minutes = calendar.open_time(one.opened, one.resolved).total_seconds() / 60
        whose = (one.agent, ticket[0].ticket or "", _order(ticket))
        conversation = ticket[0].conversation
        yield Point("resolution_minutes", one.resolved, conversation, minutes, _speed(minutes), *whose)
        again = place + 1 < len(rounds)
        yield Point("reopened", one.resolved, conversation, float(again), _word(again), *whose)


def _order(ticket: tuple[Happened, ...]) -> str:
    return next((event.order_no for event in reversed(ticket) if event.order_no), "")


def _contact_again(ticket: tuple[Happened, ...], events: tuple[Happened, ...], until: datetime) -> Iterator[Point]:
    """Whether the buyer wrote again within 72 hours of each resolution; until one can say, it is no point."""
    for one in _rounds(ticket):
        if one.resolved is None:
            continue
        ends = one.resolved + AGAIN
        again = any(event.author == "buyer" and one.resolved < event.at <= ends for event in events)
        if again or ends <= until:
            whose = (one.agent, ticket[0].ticket or "", _order(ticket))
            yield Point("contact_again", one.resolved, ticket[0].conversation, float(again), _word(again), *whose)


def _reversed(events: tuple[Happened, ...]) -> Iterator[Point]:
    """Whether what the policy refused was given back after all."""
    for place, event in enumerate(events):
        if event.verdict == "refuse":
            after = any(one.refund is not None and one.state == "done" for one in events[place:])
            order_no = event.order_no or ""
            yield Point("reversed", event.at, event.conversation, float(after), _word(after), order_no=order_no)


def _refunded(events: tuple[Happened, ...]) -> Iterator[Point]:
    """Each refund of money that was done, once, under the reason of the dispute it belongs to."""
    reason, seen = "unknown", set[str]()
    for event in events:
        if event.ticket is not None and event.queue not in WORK_QUEUES and event.reason:
            reason = event.reason
        if event.refund is None or event.state != "done" or event.refund in seen:
            continue
        seen.add(event.refund)
        if event.amount is not None:
            order_no = event.order_no or ""
            yield Point("refunded", event.at, event.conversation, event.amount, reason, order_no=order_no)


def _overridden(events: tuple[Happened, ...]) -> Iterator[Point]:
    """Of the decisions that agents answered, whether they gave something else; what was left to people is no point."""
    for event in events:
        if event.said in {"accepted", "overridden"}:
            other = event.said == "overridden"
            whose = {"agent": event.agent or "", "order_no": event.order_no or "", "clause": event.clause}
            yield Point("overridden", event.at, event.conversation, float(other), _word(other), **whose)


def _speed(minutes: float) -> str:
    if minutes <= TARGET_MINUTES:
        return "within_5"
    return "within_30" if minutes <= BASELINE_MINUTES else "over_30"


def _deadlines(ticket: tuple[Happened, ...], until: datetime) -> Iterator[Point]:
    """Whether each wait ended by its deadline, under the moment it began; undecided ones are no point."""
    for began, ended, due_at in _waits(ticket):
        met = ended is not None and ended <= due_at
        if met or due_at < until:
            word, agent = "met" if met else "missed", next((one.assignee for one in ticket if one.assignee), "") or ""
            whose = (agent, ticket[0].ticket or "", _order(ticket))
            yield Point("deadlines_met", began, ticket[0].conversation, float(met), word, *whose)


def _waits(ticket: tuple[Happened, ...]) -> Iterator[tuple[datetime, datetime | None, datetime]]:
    """When the ticket came into its queue, when somebody took it from there, and by when that was due."""
    began: datetime | None = None
    due_at: datetime | None = None
    for event in ticket:
        if event.state == "new" and began is None:
            began, due_at = event.at, event.due_at
        elif event.state != "new" and began is not None:
            if due_at is not None:
                yield began, event.at, due_at
            began = None
    if began is not None and due_at is not None:
        yield began, None, due_at
