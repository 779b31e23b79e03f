"""A ticket waits for others, rests and goes on: told with who and why, and refused where the table has no way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from support.assistant.phrases import keys
from support.assistant.state import TicketRequest
from support.chat.frames import Act
from support.service.ask_buyer import QUESTIONS, Asked, ask_buyer
from support.service.give_back import give_back
from support.service.move_ticket import change_ticket, move_ticket
from support.service.receive_message import Said
from support.service.refund_news import tell_refund
from support.service.resolve import resolve, snooze
from support.service.take import claim, takeover
from support.service.ticket_waits import WaitFor, carry_on, wait_for
from support.service.use_card import use_card
from tests.support.service.takeover import House
from ticketing.agent import actor_of
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.ids import new_id
from ticketing.refund import Refund
from ticketing.storage import cases, refunds, uploads
from ticketing.storage.refunds import Wanted
from ticketing.storage.tables import commands
from ticketing.ticket import SERVER, Ticket
from ticketing.upload import Upload


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


def ticket(house: House, chat: str) -> Ticket:
    return house.read(lambda tx: cases.tickets_of(tx, "small", chat))[-1]


def told(house: House, chat: str) -> list[tuple[Any, ...]]:
    changes = [event.body for event in house.events(chat) if event.type == "ticket.changed"]
    return [(one["was"], one["state"], one["actor"]["kind"], one["cause"]) for one in changes]


def waits(house: House, chat: str, whom: WaitFor, if_rev: int | None = None) -> Ticket:
    held = ticket(house, chat)
    return house.write(
        lambda tx: wait_for(tx, held, whom, actor=actor_of(house.mei), cause="a test", at=house.now, if_rev=if_rev)
    )


def goes_on(house: House, chat: str) -> Ticket:
    held = ticket(house, chat)
    return house.write(lambda tx: carry_on(tx, house.shop, held, actor=SERVER, cause="it came", at=house.now))


def test_each_wait_is_told_with_who_and_why_and_no_buyer_hears_it(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    kinds: tuple[WaitFor, ...] = ("supplier", "approval", "buyer")
    for whom in kinds:
        since = house.now
        held = waits(house, chat, whom)
        assert (held.state, held.waiting_since, held.assignee) == (f"waiting_{whom}", since, house.mei.id)
        house.wait(minutes=1)
        assert (goes_on(house, chat).state, ticket(house, chat).waiting_since) == ("open", None)
    assert told(house, chat) == [
        (None, "new", "buyer", "asked for a person"), ("new", "open", "agent", "taken"),
        ("open", "waiting_supplier", "agent", "a test"), ("waiting_supplier", "open", "server", "it came"),
        ("open", "waiting_approval", "agent", "a test"), ("waiting_approval", "open", "server", "it came"),
        ("open", "waiting_buyer", "agent", "a test"), ("waiting_buyer", "open", "server", "it came"),
    ]  # fmt: skip
    assert all(event.type != "ticket.changed" for event in house.heard_by_buyer(chat))
    assert goes_on(house, chat).rev == ticket(house, chat).rev, "what waits for nothing stays as it is"


def test_a_stale_rev_is_refused_with_the_present_one_and_changes_nothing(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    before = ticket(house, chat)
    with pytest.raises(Conflict) as caught:
        waits(house, chat, "supplier", if_rev=before.rev - 1)
    assert caught.value.current == {"id": before.id, "number": before.number, "rev": 1, "state": "open"}
    with pytest.raises(Conflict):
        house.write(
            lambda tx: change_ticket(tx, before, actor=SERVER, cause="x", at=house.now, if_rev=0, priority="low")
        )
    assert ticket(house, chat) == before


def test_a_dispute_in_its_queue_waits_for_a_person_and_for_nothing_else(house: House) -> None:
    chat = house.asks_for_person()
    with pytest.raises(IllegalTransition, match="'new' to 'waiting_supplier'; possible: open"):
        waits(house, chat, "supplier")
    work = house.says("退款", ticket=TicketRequest("refund", queue="refunds"))
    assert waits(house, work, "approval").state == "waiting_approval"
    assert goes_on(house, work).state == "new"


def test_what_the_buyer_writes_ends_the_wait_for_the_buyer(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    waits(house, chat, "buyer")
    house.says("这是截图", chat)
    assert told(house, chat)[-1] == ("waiting_buyer", "open", "buyer", "answered")


def test_a_form_of_an_agents_is_answered_once_in_the_chat_and_ends_the_wait(house: House) -> None:
    chat = house.asks_for_person()
    asked = Asked(["error", "account"], "还差两项。")
    with pytest.raises(Conflict):
        house.write(lambda tx: ask_buyer(tx, house.shop, house.mei, ticket(house, chat), asked, house.now))
    house.do(takeover, house.mei, chat, None)
    held = house.write(lambda tx: ask_buyer(tx, house.shop, house.mei, ticket(house, chat), asked, house.now))
    assert (held.state, told(house, chat)[-1][3]) == ("waiting_buyer", "asked the buyer: error, account")
    sent = house.messages(chat)[-1]
    [form] = sent.parts
    assert (sent.author_kind, sent.author_name, sent.text) == ("agent", "Mei", "还差两项。")
    assert [one["label"] for one in form["fields"]] == ["报错的原文", "试用的账号（不要填密码）"]
    with pytest.raises(IllegalTransition):
        house.write(lambda tx: ask_buyer(tx, house.shop, house.mei, held, asked, house.now))
    assert house.messages(chat)[-1] == sent, "what was refused has said nothing"
    values = {"asked.error": "卡密 NEBULA-7K2M-9QXP-4TRD 已被使用", "asked.account": "star_888"}
    said = house.presses(chat, sent.id, "submit", values)
    house.answers(said.turn)
    shown = house.messages(chat)[-1].text
    assert shown.startswith("报错的原文：卡密 ")
    assert shown.endswith("已被使用\n试用的账号（不要填密码）：star_888")
    assert "7K2M-9QXP" not in shown
    assert told(house, chat)[-1] == ("waiting_buyer", "open", "buyer", "answered")
    with pytest.raises(Conflict):
        house.presses(chat, sent.id, "submit", values)
    assert {f"asked.{one}" for one in QUESTIONS} == {one for one in keys("zh-CN") if one.startswith("asked.")} - {
        "asked.please", "asked.submit"
    }  # fmt: skip


def test_what_was_filled_in_is_in_no_fingerprint_and_a_repeat_is_known_all_the_same(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    asked, key, who = Asked(["account"]), new_id(), house.buyer()
    house.write(lambda tx: ask_buyer(tx, house.shop, house.mei, ticket(house, chat), asked, house.now))
    sent = house.messages(chat)[-1]

    def submit(account: str) -> Said:
        value = {"asked.account": account}
        body = json.dumps({"id": key, "value": value}).encode()
        act = Act(chat, sent.id, "submit", value)
        return house.write(lambda tx: use_card(tx, house.shop, who, key, body, act, house.now))

    def fingerprint(tx: sa.Connection) -> str:
        return str(tx.execute(sa.select(commands.c.sha256).where(commands.c.client_id == key)).scalar_one())

    first = submit("4711")
    guessed = [json.dumps({"id": key, "value": {"asked.account": f"{n:04}"}}).encode() for n in range(10_000)]
    assert house.read(fingerprint) not in {hashlib.sha256(one).hexdigest() for one in guessed}
    assert submit("4711").ack == first.ack
    assert len([one for one in house.messages(chat) if "4711" in one.text]) == 1


def sent_file(house: House, owner: str) -> str:
    """A picture that somebody has sent and not said yet."""
    one = Upload("small", new_id(), owner, new_id(), "shot.png", "image/png", 9, 4, 3, "a" * 64, "a" * 64, house.now)
    house.write(lambda tx: uploads.add(tx, one))
    return one.id


def test_a_picture_that_an_agent_asks_for_lands_in_the_case_and_is_the_buyers_own(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    asked = Asked(["picture"])
    house.write(lambda tx: ask_buyer(tx, house.shop, house.mei, ticket(house, chat), asked, house.now))
    sent = house.messages(chat)[-1]
    assert [(one["name"], one["kind"]) for one in sent.parts[0]["fields"]] == [("asked.picture", "file")]
    with pytest.raises(NotFound):
        house.presses(chat, sent.id, "submit", {"asked.picture": [sent_file(house, "visitor:somebody else")]})
    assert house.messages(chat)[-1] == sent, "the form waits still"
    own = sent_file(house, house.buyer().owner)
    said = house.presses(chat, sent.id, "submit", {"asked.picture": [own]})
    answer = house.messages(chat)[-1]
    assert (answer.author_kind, answer.text, [one["id"] for one in answer.parts]) == ("buyer", "出错画面的截图", [own])
    assert said.turn is not None
    assert said.turn.input["pieces"] == 1, "it counts as evidence, as any file does"
    house.answers(said.turn)
    assert told(house, chat)[-1] == ("waiting_buyer", "open", "buyer", "answered")
    kept = house.read(lambda tx: uploads.of_owner(tx, "small", house.buyer().owner, [own]))
    assert [one.conversation for one in kept] == [chat]


def test_what_comes_after_the_chat_was_given_back_brings_a_person_again(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    waits(house, chat, "supplier")
    house.do(give_back, house.mei, chat, None)
    assert (ticket(house, chat).state, ticket(house, chat).assignee) == ("waiting_supplier", house.mei.id)
    came = goes_on(house, chat)
    assert (came.state, house.row(chat).state) == ("new", "waiting")
    assert came.due_at is not None
    assert came.due_at > house.now
    assert any(part["type"] == "handoff" for part in house.messages(chat)[-1].parts), "the buyer is told when"


def test_a_rest_is_the_tickets_too_and_ends_by_itself_also_after_a_restart(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    until = house.now + timedelta(hours=2)
    house.do(snooze, house.mei, chat, until, None)
    assert (ticket(house, chat).state, ticket(house, chat).snoozed_until) == ("snoozed", until)
    house.restart()
    house.wait(hours=2)
    house.watch()
    assert (ticket(house, chat).state, ticket(house, chat).snoozed_until) == ("open", None)
    assert told(house, chat)[-1] == ("snoozed", "open", "server", "woke")


def test_a_reopening_is_counted(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "done", None)
    house.asks_for_person(chat)
    assert (ticket(house, chat).state, ticket(house, chat).reopened) == ("new", 1)
    with pytest.raises(IllegalTransition, match="'new' to 'snoozed'"):
        house.write(lambda tx: move_ticket(tx, ticket(house, chat), "snoozed", actor=SERVER, cause="x", at=house.now))


def asked_for(house: House, chat: str) -> Refund:
    """A refund that somebody has to approve."""
    wanted = Wanted("small", "refund", "NO-1", "", Decimal(3), "CNY", "manual", "a reason", conversation=chat)

    def asked(tx: Any) -> Refund:
        refunds.set_paid(tx, "small", "NO-1", "", Decimal(9), "CNY")
        return tell_refund(tx, house.shop, refunds.request(tx, wanted, "agent:mei", house.now)[0], house.now)

    return house.write(asked)


def test_what_owes_its_buyer_something_is_resolved_only_by_who_knows_it(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    refund = asked_for(house, chat)
    for state in ("requested", "approved"):
        if state == "approved":
            house.write(lambda tx: refunds.move(tx, refund, "approved", "agent:sam", "yes", house.now))
        with pytest.raises(Conflict) as refused:
            house.do(resolve, house.mei, chat, "done", None)
        assert refused.value.current == {
            "rev": house.row(chat).rev, "state": "human", "assignee": {"id": house.mei.id, "name": "Mei"},
            "owed": ["R-1"],
        }  # fmt: skip
    known = partial(resolve, owed_known=True)
    assert house.do(known, house.mei, chat, "it is on its way", None)["state"] == "resolved"


def test_what_was_given_or_is_not_given_is_owed_no_more(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    refund = asked_for(house, chat)
    house.write(lambda tx: refunds.move(tx, refund, "cancelled", "agent:sam", "no", house.now))
    assert house.do(resolve, house.mei, chat, "done", None)["state"] == "resolved"


def test_a_dispute_waits_while_its_refund_waits_for_an_approval(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    refund = asked_for(house, chat)
    assert ticket(house, chat).state == "waiting_approval"
    house.write(
        lambda tx: tell_refund(
            tx, house.shop, refunds.move(tx, refund, "approved", "agent:sam", "yes", house.now), house.now
        )
    )
    assert (ticket(house, chat).state, ticket(house, chat).assignee) == ("open", house.mei.id)
    assert told(house, chat)[-2:] == [
        ("open", "waiting_approval", "server", "R-1 requested"), ("waiting_approval", "open", "server", "R-1 approved"),
    ]  # fmt: skip
