from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.conversation import Conversation
from ticketing.conversation import check_move as check_talk
from ticketing.errors import IllegalTransition, NotFound
from ticketing.storage import cases, notes, ratings, talk, tickets
from ticketing.storage.journal import Journal
from ticketing.storage.ratings import Rating
from ticketing.ticket import REOPENED_FOR, TRANSITIONS, Ticket, check_move, next_higher


def opened(tx: sa.Connection, owner: str = "a", due: int | None = 30, queue: str = "after-sales") -> Ticket:
    conversation = talk.start(tx, "star", owner, "en", "s", NOW)
    return cases.open_ticket(
        tx, "star", conversation.id, reason="human", priority="normal", queue=queue, at=NOW,
        due_at=None if due is None else NOW + timedelta(minutes=due),
    )  # fmt: skip


def resolved(tx: sa.Connection) -> Ticket:
    taken = tickets.move(tx, opened(tx), "open", NOW)
    return tickets.move(tx, taken, "resolved", NOW, resolved_at=NOW, resolution="ok")


def test_places_follow_the_deadlines_and_count_whoever_came_with_the_same(journal: Journal) -> None:
    made = journal.write_now(lambda tx: [opened(tx, "a", due) for due in (None, 30, 10, 30)])
    assert [journal.read_now(partial(tickets.waiting_before, ticket=one)) for one in made] == [3, 1, 0, 2]
    order = journal.read_now(lambda tx: tickets.queue(tx, "star", "after-sales"))
    assert [one.id for one in order] == [made[2].id, made[1].id, made[3].id, made[0].id]


def test_a_moved_ticket_is_read_back_whole_and_an_illegal_move_changes_nothing(journal: Journal) -> None:
    done = journal.write_now(resolved)
    assert (done.state, done.rev, done.resolution, done.resolved_at) == ("resolved", 2, "ok", NOW)
    with pytest.raises(IllegalTransition, match="ticket cannot go from 'resolved' to 'waiting_buyer'"):
        journal.write_now(lambda tx: tickets.move(tx, done, "waiting_buyer", NOW))
    assert journal.read_now(lambda tx: tickets.get(tx, "star", done.id)) == done
    with pytest.raises(NotFound):
        journal.read_now(lambda tx: tickets.get(tx, "moon", done.id))


def test_a_resolved_dispute_rests_for_its_time_and_is_then_done_with(journal: Journal) -> None:
    done = journal.write_now(resolved)
    early, late = NOW + REOPENED_FOR - timedelta(seconds=1), NOW + REOPENED_FOR
    look = partial(tickets.resting_dispute_of, shop="star", conversation=done.conversation)
    assert journal.read_now(partial(look, at=early)) == done
    assert journal.read_now(partial(look, at=late)) is None
    assert journal.read_now(lambda tx: (tickets.rested(tx, "star", early), tickets.rested(tx, "star", late))) == (
        (), (done,),
    )  # fmt: skip


def test_work_is_no_dispute_but_an_agent_who_comes_takes_it(journal: Journal) -> None:
    work = journal.write_now(lambda tx: opened(tx, queue="refunds"))
    assert work.is_work
    assert journal.read_now(lambda tx: tickets.open_dispute_of(tx, "star", work.conversation)) is None
    assert journal.read_now(lambda tx: tickets.main_ticket_of(tx, "star", work.conversation)) == work


def test_what_is_due_is_found_by_its_next_moment_and_once(journal: Journal) -> None:
    def play(tx: sa.Connection) -> tuple[Ticket, ...]:
        untaken, taken, asked = opened(tx, "a"), opened(tx, "b"), opened(tx, "c")
        taken = tickets.move(tx, taken, "open", NOW, assignee="m")
        return untaken, taken, tickets.move(tx, tickets.move(tx, asked, "open", NOW), "waiting_buyer", NOW)

    untaken, taken, asked = journal.write_now(play)
    due = NOW + timedelta(minutes=30)
    look = partial(tickets.due, shop="star", at=due)
    assert (untaken.next_at, taken.next_at, asked.next_at) == (due, due, None)
    assert not journal.read_now(lambda tx: tickets.due(tx, "star", due - timedelta(seconds=1)))
    assert {one.id for one in journal.read_now(look)} == {untaken.id, taken.id}
    marked = journal.write_now(lambda tx: tickets.mark_fired(tx, taken, ("person",)))
    assert (marked.next_at, marked.rev) == (None, taken.rev)
    assert [one.id for one in journal.read_now(look)] == [untaken.id]


def test_every_move_of_a_ticket_that_is_not_in_the_table_raises() -> None:
    for state, allowed in TRANSITIONS.items():
        for to in TRANSITIONS.keys() - set(allowed):
            with pytest.raises(IllegalTransition):
                check_move(state, to)
    assert [next_higher("low"), next_higher("high"), next_higher("urgent")] == ["normal", "urgent", "urgent"]


def test_a_conversation_that_waits_cannot_be_put_aside() -> None:
    with pytest.raises(IllegalTransition):
        check_talk("waiting", "snoozed")


def test_rests_and_silent_takers_are_found(journal: Journal) -> None:
    def play(tx: sa.Connection) -> tuple[Conversation, Conversation]:
        first, second = (talk.start(tx, "star", owner, "en", "s", NOW) for owner in "ab")
        talk.move(tx, first, "human", assignee="m")
        first = talk.get(tx, "star", first.id)
        talk.move(tx, first, "snoozed", snoozed_until=NOW)
        talk.move(tx, second, "human", assignee="m")
        return first, second

    first, second = journal.write_now(play)
    before = NOW - timedelta(seconds=1)
    assert not journal.read_now(lambda tx: talk.snoozed_before(tx, "star", before))
    assert [one.id for one in journal.read_now(lambda tx: talk.snoozed_before(tx, "star", NOW))] == [first.id]
    assert [one.id for one in journal.read_now(lambda tx: talk.not_joined(tx, "star"))] == [second.id]


def test_notes_and_ratings_are_kept_for_their_shop(journal: Journal) -> None:
    def play(tx: sa.Connection) -> None:
        notes.add(tx, "star", "c", after_seq=3, agent="m", author_name="Mei", text="one", at=NOW)
        ratings.save(tx, "star", Rating("m1", "c", NOW, solved=True))
        ratings.save(tx, "star", Rating("m1", "c", NOW, solved=True, score=5, tags=("fast",)))

    journal.write_now(play)
    [note] = journal.read_now(lambda tx: notes.of_conversation(tx, "star", "c"))
    assert (note.text, note.after_seq, note.author_name) == ("one", 3, "Mei")
    assert not journal.read_now(lambda tx: notes.of_conversation(tx, "moon", "c"))
    kept = journal.read_now(lambda tx: ratings.find(tx, "star", "m1"))
    assert kept == Rating("m1", "c", NOW, solved=True, score=5, tags=("fast",))
    assert journal.read_now(lambda tx: ratings.find(tx, "moon", "m1")) is None
