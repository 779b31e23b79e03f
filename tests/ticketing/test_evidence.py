"""The chain of a ticket's evidence: only ever added to, on each engine, and whole without what was erased."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from msgspec.structs import replace

from tests.ticketing.conftest import NOW
from ticketing.errors import NotFound
from ticketing.evidence import INNER, REDACTED, TEXT, Entry, Item, broken_at, commitment, extended, link_hash
from ticketing.storage import cases, event_log, evidence, talk, tickets
from ticketing.storage.erasure import erase_rows
from ticketing.storage.journal import Journal
from ticketing.storage.person import person

SECRET = "我的电话是 13812345678"


def said(text: str, name: str = "m1") -> Item:
    return Item("message", "record", f"message:{name}", NOW, {"seq": 1}, {TEXT: {"text": text}, REDACTED: {"text": ""}})


def a_ticket(journal: Journal, shop: str = "star", owner: str = "visitor:a") -> str:
    def make(tx: sa.Connection) -> str:
        chat = talk.start(tx, shop, owner, "zh-CN", "", NOW)
        given: Any = {"reason": "human", "priority": "normal", "queue": "disputes", "at": NOW, "due_at": None}
        return cases.open_ticket(tx, shop, chat.id, **given).id

    return journal.write_now(make)


def added(journal: Journal, ticket: str, *items: Item) -> tuple[Entry, ...]:
    journal.write_now(lambda tx: evidence.add(tx, "star", ticket, items, NOW + timedelta(hours=1)))
    return journal.read_now(lambda tx: evidence.of_ticket(tx, "star", ticket))


def whole(ticket: str, entries: tuple[Entry, ...]) -> bool:
    """Derived here from the format alone."""
    previous = ""
    for n, entry in enumerate(entries, 1):
        opened = all(commitment(part.salt, part.value) == entry.commitments[k] for k, part in entry.parts.items())
        own = link_hash("star", ticket, n, commitment(entry.salt, entry.body()), previous)
        if not opened or (entry.n, entry.previous, entry.hash) != (n, previous, own):
            return False
        previous = entry.hash
    return True


def test_what_stands_is_not_added_again_and_what_changed_is(journal: Journal) -> None:
    ticket = a_ticket(journal)
    note = Item("note", "record", "note:1", NOW, {}, {INNER: {"text": "a"}})
    first = added(journal, ticket, said("hello"), note)
    assert added(journal, ticket, said("hello"), note) == first
    later = added(journal, ticket, said("changed behind our back"), note)
    assert later[:2] == first
    assert [entry.subject for entry in later] == ["message:m1", "note:1", "message:m1"]
    assert whole(ticket, later)


def test_erased_text_is_gone_and_the_chain_still_verifies(journal: Journal) -> None:
    ticket, other = a_ticket(journal), a_ticket(journal, owner="visitor:b")
    before = added(journal, ticket, said(SECRET))
    added(journal, other, said(SECRET))
    one = journal.read_now(lambda tx: person(tx, "star", "visitor:a"))
    assert journal.write_now(lambda tx: erase_rows(tx, one, "visitor:nobody", NOW))["evidence_parts"] == 2
    after = journal.read_now(lambda tx: evidence.of_ticket(tx, "star", ticket))
    assert SECRET not in repr(after)
    assert after[0].hash == before[0].hash
    assert whole(ticket, after)
    assert added(journal, ticket, said(SECRET)) == after, "what was erased does not come back"
    assert SECRET in repr(journal.read_now(lambda tx: evidence.of_ticket(tx, "star", other)))


def test_equal_texts_have_unlike_commitments(journal: Journal) -> None:
    first, second = added(journal, a_ticket(journal), said("yes", "m1"), said("yes", "m2"))
    assert first.commitments[TEXT] != second.commitments[TEXT]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_entries SET open = '{}'",
        "DELETE FROM evidence_entries",
        "UPDATE evidence_parts SET value = '1'",
    ],
)
def test_the_database_refuses_to_change_evidence(journal: Journal, statement: str) -> None:
    ticket = a_ticket(journal)
    before = added(journal, ticket, said("hello"))
    with pytest.raises(sa.exc.IntegrityError, match="evidence is only added to"):
        journal.write_now(lambda tx: tx.execute(sa.text(statement)))
    assert journal.read_now(lambda tx: evidence.of_ticket(tx, "star", ticket)) == before


def test_a_ticket_is_found_by_its_number_or_id_and_in_its_shop(journal: Journal) -> None:
    star, moon = a_ticket(journal), a_ticket(journal, "moon")
    both = (("moon", moon), ("star", star))
    assert journal.read_now(lambda tx: evidence.ticket_named(tx, "t-1001")) == both
    assert journal.read_now(lambda tx: evidence.ticket_named(tx, "1001", "star")) == both[1:]
    assert journal.read_now(lambda tx: evidence.ticket_named(tx, star)) == both[1:]
    for name in ("T-1", "", "T-", "x", "T-²"):
        with pytest.raises(NotFound):
            journal.read_now(partial(evidence.ticket_named, name=name))


def test_each_field_of_a_link_is_in_its_hash() -> None:
    (entry,) = extended("star", "t", (), [said("hello")], NOW)
    assert whole("t", (entry,))
    changes: tuple[dict[str, Any], ...] = (
        {"kind": "note"}, {"source": "x"}, {"subject": "x"}, {"at": "x"}, {"recorded_at": "x"}, {"open": {}},
        {"commitments": {}}, {"salt": "00"}, {"previous": "00"}, {"hash": "00"}, {"n": 2},
    )  # fmt: skip
    for change in changes:
        assert not whole("t", (replace(entry, parts={}, **change),)), change
    assert not whole("u", (entry,))


def test_what_is_appended_continues_the_chain_and_stands_once(journal: Journal) -> None:
    ticket = a_ticket(journal)
    both = added(journal, ticket, said("one", "m1"), said("two", "m2"))
    given = (said("one", "m1"), said("three", "m3"))
    new = journal.write_now(lambda tx: evidence.append(tx, "star", ticket, given, NOW))
    assert [entry.subject for entry in new] == ["message:m3"]
    assert journal.write_now(lambda tx: evidence.append(tx, "star", ticket, given, NOW)) == ()
    after = journal.read_now(lambda tx: evidence.of_ticket(tx, "star", ticket))
    assert after == (*both, *new)
    assert whole(ticket, after)


def test_each_event_is_due_once_and_for_its_conversations_tickets(journal: Journal) -> None:
    def due(most: int = 10) -> tuple[int, int, tuple[tuple[str, frozenset[str]], ...]]:
        return journal.read_now(lambda tx: evidence.due(tx, "star", most))

    ticket = a_ticket(journal)
    chat = journal.read_now(lambda tx: tickets.get(tx, "star", ticket)).conversation
    begun, to, _ = due()
    assert begun == -1, "what is older than the first look is collected when something happens"
    journal.write_now(lambda tx: evidence.collected(tx, "star", begun, to))
    for kind in ("opened", "note", "opened"):
        happened = partial(
            event_log.append, shop="star", kind=kind, conversation=chat, owner="visitor:a", body={}, at=NOW
        )
        journal.write_now(happened)
    first = due(2)
    assert first == (to, to + 2, ((ticket, frozenset({"opened", "note"})),))
    journal.write_now(lambda tx: evidence.collected(tx, "star", *first[:2]))
    journal.write_now(lambda tx: evidence.collected(tx, "star", *first[:2]))
    assert due() == (to + 2, to + 3, ((ticket, frozenset({"opened"})),))
    journal.write_now(lambda tx: evidence.collected(tx, "star", to + 2, to + 3))
    assert due()[0] == due()[1] == to + 3


def test_the_first_link_that_does_not_hold_is_named() -> None:
    items = [Item("note", "record", f"note:{n}", NOW, {"n": n}, {INNER: {"text": "a"}}) for n in range(4)]
    chain = extended("star", "t", (), items, NOW)
    assert broken_at("star", "t", chain) is None
    said = {INNER: replace(chain[2].parts[INNER], value={"text": "b"})}
    altered = ({"parts": said}, {"open": {"n": 9}}, {"source": "store"}, {"hash": "0" * 64}, {"n": 7})
    for change in altered:
        link = replace(chain[2], **change)
        assert broken_at("star", "t", (*chain[:2], link, chain[3])) == 3
    assert broken_at("star", "t", (chain[0], *chain[2:])) == 2, "one was taken out"
    assert broken_at("other", "t", chain) == 1
    assert broken_at("star", "t", tuple(replace(one, parts={}) for one in chain)) is None, "erasing breaks nothing"
