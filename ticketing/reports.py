"""Measures of how people were served, from what happened: nothing is counted that the event log does not tell.

A measure is a list of points, each of one conversation, so that every number opens to what stands behind it. Times in
which people are expected count the shop's open hours; the assistant's count the clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ticketing.deadlines import Hours, open_between
from ticketing.ticket import WORK_QUEUES

DONE = frozenset({"resolved", "closed"})
MEASURES = (
    "first_response_assistant_s", "first_response_human_s", "resolution_minutes", "open_by_age", "rating_assistant",
    "rating_people", "handoffs", "deadlines_met", "confirmed", "reopened", "thumbs", "thumbs_down",
)  # fmt: skip
OPEN = "open_by_age"
AGES = (("under_5_min", 5), ("under_30_min", 30), ("under_24_h", 24 * 60))
TARGET_MINUTES, BASELINE_MINUTES = 5, 30


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


@dataclass(frozen=True, slots=True)
class Calendar:
    """When people are there."""

    hours: Hours
    zone: ZoneInfo

    def open_time(self, since: datetime, until: datetime) -> timedelta:
        """Open time between two moments."""
        return open_between(self.hours, self.zone, since, until)


@dataclass(frozen=True, slots=True)
class Point:
    """One occurrence that a measure counts: when it belongs to, of which conversation, how much, in which bucket."""

    measure: str
    at: datetime
    conversation: str
    value: float
    bucket: str = ""


def points_of(history: Iterable[Happened], calendar: Calendar, until: datetime) -> Iterator[Point]:
    """The points of one conversation, from all its events before `until`, in order."""
    events = tuple(history)
    yield from _assistant_answers(events)
    yield from _people_answer(events, calendar)
    yield from _handoffs(events)
    yield from _ratings(events)
    yield from _thumbs(events)
    for one in _tickets(events):
        yield from _resolutions(one, calendar)
        yield from _deadlines(one, until)


def open_points(history: Iterable[Happened], until: datetime) -> Iterator[Point]:
    """A conversation's tickets that are not done at `until`, by their age in minutes of the clock."""
    for one in _tickets(tuple(history)):
        last = _rounds(one)[-1]
        if last.resolved is None:
            age = (until - last.opened).total_seconds() / 60
            bucket = next((name for name, limit in AGES if age < limit), "older")
            yield Point(OPEN, last.opened, one[0].conversation, age, bucket)


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
    for event in events:
        if event.stage in {"requested", "queued"} and asked is None:
            asked = event.at
        elif event.stage == "returned":
            asked = None
        elif event.author == "agent" and asked is not None:
            seconds = calendar.open_time(asked, event.at).total_seconds()
            yield Point("first_response_human_s", asked, event.conversation, seconds)
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
            yield Point(name, event.at, event.conversation, event.score, str(event.score))
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
    """From a ticket's opening, or reopening, to its resolution."""

    opened: datetime
    resolved: datetime | None = None


def _rounds(ticket: tuple[Happened, ...]) -> list[_Round]:
    rounds: list[_Round] = []
    for event in ticket:
        done = event.state in DONE
        if not rounds or (rounds[-1].resolved is not None and not done):
            rounds.append(_Round(event.at))
        if done and rounds[-1].resolved is None:
            rounds[-1].resolved = event.at
    return rounds


def _resolutions(ticket: tuple[Happened, ...], calendar: Calendar) -> Iterator[Point]:
    """Open minutes of each round, under the day of its end; and whether another round followed."""
    rounds = _rounds(ticket)
    for place, one in enumerate(rounds):
        if one.resolved is None:
            continue
        minutes = calendar.open_time(one.opened, one.resolved).total_seconds() / 60
        conversation = ticket[0].conversation
        yield Point("resolution_minutes", one.resolved, conversation, minutes, _speed(minutes))
        again = place + 1 < len(rounds)
        yield Point("reopened", one.resolved, conversation, float(again), _word(again))


def _speed(minutes: float) -> str:
    if minutes <= TARGET_MINUTES:
        return "within_5"
    return "within_30" if minutes <= BASELINE_MINUTES else "over_30"


def _deadlines(ticket: tuple[Happened, ...], until: datetime) -> Iterator[Point]:
    """Whether each wait ended by its deadline, under the moment it began; undecided ones are no point."""
    for began, ended, due_at in _waits(ticket):
        met = ended is not None and ended <= due_at
        if met or due_at < until:
            yield Point("deadlines_met", began, ticket[0].conversation, float(met), "met" if met else "missed")


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
