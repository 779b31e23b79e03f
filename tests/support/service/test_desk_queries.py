"""What the desk reads, on each engine: its views page by page, and what a conversation has led to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest

from support.assistant.state import TicketRequest
from support.service.reply import reply
from support.service.resolve import resolve, snooze
from support.service.take import claim
from tests.support.service.takeover import House
from ticketing.storage import cases, desk, dossier, event_log, talk
from ticketing.storage.desk import View

PROOF = {"request": "refund", "verdict": "grant", "digest": "d", "amount": "12345678901234567890.10"}


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


@pytest.fixture
def chats(house: House) -> dict[str, str]:
    """A conversation in each state, of one buyer; the agent of those that have one is mei."""
    found = {}
    for state in ("bot", "waiting", "late", "human", "snoozed", "resolved"):
        house.wait(seconds=1)
        found[state] = house.says(f"{state} 在吗", ticket=None if state == "bot" else TicketRequest("human"))
    for state in ("human", "snoozed", "resolved"):
        house.do(claim, house.mei, found[state], None)
        house.do(reply, house.mei, found[state], "您好")
    house.do(snooze, house.mei, found["snoozed"], house.now + timedelta(hours=2), None)
    house.do(resolve, house.mei, found["resolved"], "done", None)
    return found


def listed(house: House, view: View, limit: int) -> list[str]:
    """A view's conversations, read `limit` at a time."""
    found, after = list[str](), None
    while True:
        page = house.read(partial(
            desk.page, shop="small", view=view, agent=house.mei.id, now=house.now, limit=limit, after=after
        ))  # fmt: skip
        found += [row.conversation.id for row in page.rows]
        if page.next is None:
            return found
        after = page.next


def test_every_view_holds_what_its_count_says_whatever_the_pages_size(house: House, chats: dict[str, str]) -> None:
    expected = {
        "waiting": {"waiting", "late"}, "mine": {"human"}, "team": {"human"}, "snoozed": {"snoozed"},
        "all": chats.keys(), "overdue": set(),
    }  # fmt: skip
    counts = house.read(partial(desk.counts, shop="small", agent=house.mei.id, now=house.now))
    names = {key: state for state, key in chats.items()}
    for view in desk.VIEWS:
        whole = listed(house, view, 50)
        assert {names[key] for key in whole} == set(expected[view]), view
        assert counts[view] == len(whole)
        assert listed(house, view, 1) == listed(house, view, 2) == whole


def test_what_is_nearly_over_is_overdue_and_comes_first(house: House, chats: dict[str, str]) -> None:
    house.wait(hours=1)
    assert set(listed(house, "overdue", 1)) >= {chats["waiting"], chats["late"]}
    rows = house.read(partial(desk.page, shop="small", view="all", agent="", now=house.now, limit=50)).rows
    deadlines = [row.deadline for row in rows]
    known = [deadline for deadline in deadlines if deadline is not None]
    assert known == sorted(known)
    assert deadlines == known + [None] * (len(deadlines) - len(known))


def test_a_row_carries_its_ticket_last_words_and_read_marks(house: House, chats: dict[str, str]) -> None:
    key = chats["human"]
    house.write(lambda tx: talk.mark_read(tx, "small", key, "buyer", 2))
    row = house.read(partial(desk.one, shop="small", conversation=key))
    assert row is not None
    assert row.conversation == house.row(key)
    assert row.last is not None
    assert (row.last.seq, row.last.text, row.last.author_kind) == (row.conversation.seq, "您好", "agent")
    assert row.read == {"buyer": 2, "agent": row.conversation.seq}
    assert row.ticket is not None
    assert house.read(partial(desk.with_ticket, shop="small", ticket_no=row.ticket.ticket_no)) == row
    assert house.read(partial(desk.rows_of, shop="small", keys=(key, "none"))) == {key: row}
    assert house.read(partial(desk.one, shop="small", conversation="none")) is None
    earlier = house.read(partial(desk.earlier_of, shop="small", owner=row.conversation.owner, but=key, limit=9))
    assert {one.conversation.id for one in earlier} == set(chats.values()) - {key}


def test_what_a_conversation_led_to_is_found_again(house: House, chats: dict[str, str]) -> None:
    key, since = chats["bot"], house.now
    house.write(lambda tx: cases.save_decision(tx, "small", key, "SP1", PROOF, house.now))
    body = {"agent": {"id": house.mei.id, "name": "Mei"}}
    house.write(lambda tx: event_log.append(tx, "small", "opened", key, "", body, house.now, "agents"))
    [decided] = house.read(partial(dossier.decisions_of, shop="small", conversation=key))
    assert (decided.order_no, decided.proof) == ("SP1", PROOF)
    assert house.read(partial(dossier.opened_by, shop="small", conversation=key, agent=house.mei.id)) == house.now
    assert house.read(partial(dossier.opened_by, shop="small", conversation=key, agent=house.jun.id)) is None
    assert house.read(partial(dossier.last_event, shop="small", conversation=key, kind="opened")) == (body, house.now)
    steps = house.read(partial(dossier.steps_of, shop="small", conversation=key, since=since - timedelta(hours=1)))
    assert [message for message, _ in steps] == [house.messages(key)[0].id]
    assert house.read(partial(dossier.owner_known, shop="small", owner=house.row(key).owner))[0] == len(chats)


def test_proofs_are_read_as_they_were_written_page_by_page(house: House) -> None:
    chat = house.says("在吗")
    for _ in range(3):
        house.write(lambda tx: cases.save_decision(tx, "small", chat, "SP1", PROOF, house.now))
    assert house.read(partial(cases.count_decisions, shop="small", since=house.now)) == 3
    found, after = list[str](), None
    for _ in range(3):
        page = partial(cases.proofs_since, shop="small", since=house.now, after=after, limit=1)
        [(at, key, number, text)] = house.read(page)
        assert (at, number, json.loads(text)) == (house.now, "SP1", PROOF)
        found, after = [*found, key], (at, key)
    assert found == sorted(set(found))
    last = partial(cases.proofs_since, shop="small", since=house.now, after=after, limit=1)
    assert house.read(last) == ()
