"""A person takes over: what each move does, to the record, to the buyer and to colleagues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from support.assistant.state import TicketRequest
from support.service.agents import Forbidden
from support.service.desk_queue import rows_of
from support.service.dossier import opened_before, record_opening
from support.service.give_back import give_back
from support.service.rate import Stars, rate
from support.service.reply import reply
from support.service.resolve import reopen, resolve, snooze
from support.service.take import assign, claim, takeover, transfer
from support.service.write_note import write_note
from tests.support.service.takeover import House
from ticketing.agent import Agent
from ticketing.errors import Conflict, IllegalTransition, NotFound
from ticketing.storage import cases, talk, tickets
from ticketing.ticket import Ticket


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


def ticket(house: House, conversation: str) -> Ticket:
    found = house.read(lambda tx: tickets.dispute_of(tx, "small", conversation))
    assert found is not None
    return found


def stages(house: House, conversation: str) -> list[str]:
    return [event.body["stage"] for event in house.heard_by_buyer(conversation) if event.type == "handoff"]


def last_place(house: House, conversation: str) -> int:
    told = [event.body for event in house.heard_by_buyer(conversation) if event.body.get("stage") == "queued"]
    return int(told[-1]["position"])


def rating_message(house: House, conversation: str) -> str:
    return next(one.id for one in reversed(house.messages(conversation)) if one.parts and "score" in one.parts[0])


def test_a_claim_is_a_compare_and_set_that_names_who_has_it(house: House) -> None:
    chat = house.asks_for_person()
    seen = house.row(chat).rev
    ack = house.do(claim, house.mei, chat, seen)
    assert (ack["state"], ack["assignee"]["name"]) == ("human", "Mei")
    for rev in (seen, None):
        with pytest.raises(Conflict) as lost:
            house.do(claim, house.jun, chat, rev)
        assert lost.value.current == {"rev": ack["rev"], "state": "human", "assignee": ack["assignee"]}
    assert house.do(claim, house.mei, chat, seen) == ack
    held = ticket(house, chat)
    assert (held.state, held.assignee, held.taken_at) == ("open", house.mei.id, house.now)
    assert stages(house, chat) == ["requested", "queued", "assigned"]


def test_the_first_reply_joins_and_says_that_nothing_need_be_repeated(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    before = len(house.messages(chat))
    house.do(reply, house.mei, chat, "您好，我来看看。")
    ack = house.do(reply, house.mei, chat, "已为您补发。")
    new = house.messages(chat)[before:]
    assert [(one.author_kind, one.author_name) for one in new] == [
        ("system", "small"), ("agent", "Mei"), ("agent", "Mei"),
    ]  # fmt: skip
    assert "不需要重复" in new[0].text
    assert stages(house, chat)[-1] == "joined"
    assert stages(house, chat).count("joined") == 1
    assert house.row(chat).joined_at == house.now
    assert ack["message"]["seq"] == new[-1].seq
    reads = [event.body for event in house.events(chat) if event.type == "read"]
    assert reads[-1] == {"conversation": chat, "reader": "agent", "seq": new[-1].seq}


def test_only_the_one_who_has_it_replies(house: House) -> None:
    chat = house.asks_for_person()
    with pytest.raises(Conflict):
        house.do(reply, house.mei, chat, "x")
    house.do(claim, house.mei, chat, None)
    with pytest.raises(Conflict) as refused:
        house.do(reply, house.jun, chat, "x")
    assert isinstance(refused.value.current, dict)
    assert refused.value.current["assignee"]["name"] == "Mei"


def test_with_a_person_the_assistant_drafts_for_the_desk_alone(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.whispers.clear()
    house.says("还是不行", chat, TicketRequest("minor"))
    assert house.whispers == []
    [draft] = [event for event in house.events(chat) if event.type == "suggest"]
    assert draft.audience == "agents"
    assert draft.body["text"] == "回答第1号。"
    assert draft.body["re"] == house.messages(chat)[-1].id
    assert not any(event.type in {"suggest", "done"} for event in house.heard_by_buyer(chat))
    assert (ticket(house, chat).priority, ticket(house, chat).reason) == ("urgent", "minor")


def test_a_turn_under_way_when_a_person_takes_over_says_nothing_to_the_buyer(house: House) -> None:
    said = house.hears("在吗")
    chat = said.ack["conversation"]
    house.do(takeover, house.mei, chat, None)
    house.answers(said.turn)
    assert [one.author_kind for one in house.messages(chat)] == ["buyer", "system"]
    assert house.whispers == []


def test_a_draft_that_is_late_for_a_resolved_conversation_stays_with_the_agents(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    said = house.hears("好了，谢谢", chat)
    house.do(resolve, house.mei, chat, "ok", None)
    house.answers(said.turn)
    assert house.messages(chat)[-1].parts[0]["type"] == "rating"
    assert house.events(chat)[-1].audience == "agents"


def test_takeover_joins_at_once_and_a_colleagues_takes_a_senior(house: House) -> None:
    chat = house.says("在吗")
    house.do(takeover, house.mei, chat, None)
    assert stages(house, chat) == ["assigned", "joined"]
    with pytest.raises(Conflict):
        house.do(takeover, house.jun, chat, None)
    ack = house.do(takeover, house.lead, chat, None)
    assert ack["assignee"]["name"] == "Lead"


def test_given_back_the_assistant_answers_and_the_same_ticket_is_taken_up(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    first = ticket(house, chat)
    house.do(give_back, house.mei, chat, None)
    assert (house.row(chat).state, house.row(chat).assignee) == ("bot", None)
    assert (ticket(house, chat).state, ticket(house, chat).assignee) == ("waiting_buyer", None)
    assert stages(house, chat)[-1] == "returned"
    house.says("谢谢", chat)
    assert house.messages(chat)[-1].author_kind == "assistant"
    house.wait(minutes=90)
    house.asks_for_person(chat)
    again = ticket(house, chat)
    assert (again.id, again.state, again.alarmed_at) == (first.id, "new", None)
    assert again.due_at == house.now + timedelta(minutes=30)


def test_a_note_and_a_resolution_are_heard_by_agents_alone(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    ack = house.do(write_note, house.mei, chat, "像是老客户")
    assert ack["note"]["author"] == {"id": house.mei.id, "name": "Mei"}
    house.do(resolve, house.mei, chat, "已私下核实", None)
    [note] = [event for event in house.events(chat) if event.type == "note"]
    assert note.audience == "agents"
    heard = repr([event.body for event in house.heard_by_buyer(chat)])
    assert "像是老客户" not in heard
    assert "已私下核实" not in heard
    assert ticket(house, chat).resolution == "已私下核实"


def test_no_reopens_the_same_ticket_with_a_new_deadline_and_prefers_who_had_it(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "ok", None)
    assert house.messages(chat)[-1].text.endswith("问题解决了吗？")
    first = ticket(house, chat)
    house.wait(hours=1)
    house.presses(chat, rating_message(house, chat), "solved", "no")
    again = ticket(house, chat)
    assert (again.id, again.state, again.assignee, again.resolution) == (first.id, "new", house.mei.id, None)
    assert again.due_at == house.now + timedelta(minutes=30)
    assert (house.row(chat).state, house.row(chat).assignee) == ("waiting", None)
    assert [part["type"] for part in house.messages(chat)[-1].parts] == ["handoff", "ticket"]
    asked = next(one for one in house.messages(chat) if one.parts and one.parts[0]["type"] == "rating")
    assert asked.parts[0]["solved"] is False
    with pytest.raises(Conflict):
        house.presses(chat, asked.id, "solved", "yes")


def test_yes_leaves_the_stars_open_and_they_are_given_once(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "ok", None)
    message = rating_message(house, chat)
    house.presses(chat, message, "solved", "yes")
    stars = Stars(5, ("快",), "谢谢")
    house.write(lambda tx: rate(tx, house.shop, house.buyer(), chat, None, stars, house.now))
    part = next(one for one in house.messages(chat) if one.id == message).parts[0]
    assert (part["solved"], part["score"], part["tags"], part["comment"]) == (True, 5, ["快"], "谢谢")
    rated = [event.body["rating"] for event in house.events(chat) if event.type == "rated"]
    assert [(one["solved"], one["score"], one["agent"]) for one in rated] == [
        (True, None, house.mei.id), (True, 5, house.mei.id),
    ]  # fmt: skip
    with pytest.raises(Conflict):
        house.write(lambda tx: rate(tx, house.shop, house.buyer(), chat, message, Stars(1), house.now))
    with pytest.raises(NotFound):
        house.write(lambda tx: rate(tx, house.shop, house.buyer("li"), chat, None, Stars(1), house.now))


def test_where_nobody_took_over_the_stars_are_the_assistants(house: House) -> None:
    chat = house.says("怎么用")
    ack = house.write(lambda tx: rate(tx, house.shop, house.buyer(), chat, None, Stars(4), house.now))
    assert (ack["rating"]["agent"], ack["rating"]["message"]) == (None, house.messages(chat)[-1].id)


def test_whoever_asks_again_within_three_days_has_the_same_ticket_and_later_a_new_one(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "ok", None)
    first = ticket(house, chat).id
    house.wait(hours=71)
    house.asks_for_person(chat)
    assert ticket(house, chat).id == first
    house.do(claim, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "ok", None)
    house.wait(hours=73)
    house.watch()
    assert ticket(house, chat).state == "closed"
    house.asks_for_person(chat)
    assert ticket(house, chat).id != first
    assert len(house.read(lambda tx: cases.tickets_of(tx, "small", chat))) == 2


def test_places_are_told_when_somebody_ahead_is_taken_or_comes_back(house: House) -> None:
    chats = []
    for name in ("a", "b", "c"):
        chats.append(house.asks_for_person(person=house.buyer(name)))
        house.wait(minutes=1)
    assert [last_place(house, chat) for chat in chats] == [0, 1, 2]
    house.do(claim, house.mei, chats[0], None)
    assert [last_place(house, chat) for chat in chats[1:]] == [0, 1]
    house.do(transfer, house.mei, chats[0], None, "", None)
    assert [last_place(house, chat) for chat in chats] == [0, 1, 2]


def test_transferred_to_a_colleague_with_a_note(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(reply, house.mei, chat, "请稍等")
    ack = house.do(transfer, house.mei, chat, house.jun.id, "需要会日语的同事", None)
    assert ack["assignee"]["name"] == "Jun"
    assert (house.row(chat).joined_at, ticket(house, chat).assignee) == (None, house.jun.id)
    assert "Jun" in house.messages(chat)[-1].text
    with pytest.raises(Conflict):
        house.do(transfer, house.mei, chat, None, "", None)
    with pytest.raises(NotFound):
        house.do(transfer, house.jun, chat, "nobody", "a note that is not kept", None)
    assert len([event for event in house.events(chat) if event.type == "note"]) == 1


def test_assigning_takes_a_senior(house: House) -> None:
    chat = house.asks_for_person()
    with pytest.raises(Forbidden):
        house.do(assign, house.mei, chat, house.jun.id, None)
    assert house.do(assign, house.lead, chat, house.jun.id, None)["assignee"]["id"] == house.jun.id


def test_reopening_gives_it_to_the_agent_and_wrong_states_are_refused(house: House) -> None:
    chat = house.asks_for_person()
    with pytest.raises(IllegalTransition):
        house.do(reopen, house.mei, chat, None)
    house.do(claim, house.mei, chat, None)
    house.do(resolve, house.mei, chat, "ok", None)
    with pytest.raises(IllegalTransition):
        house.do(claim, house.jun, chat, None)
    house.do(reopen, house.jun, chat, None)
    assert (house.row(chat).assignee, ticket(house, chat).state) == (house.jun.id, "open")
    assert ticket(house, chat).resolved_at is None


def test_a_rest_ends_with_its_time_or_with_the_buyers_word(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(reply, house.mei, chat, "明天回您")
    with pytest.raises(IllegalTransition):
        house.do(snooze, house.mei, chat, house.now, None)
    house.do(snooze, house.mei, chat, house.now + timedelta(hours=2), None)
    assert house.watch() == 0
    house.wait(hours=2)
    house.watch()
    assert (house.row(chat).state, house.row(chat).assignee) == ("human", house.mei.id)
    house.do(snooze, house.mei, chat, house.now + timedelta(hours=2), None)
    house.says("好了吗", chat)
    assert house.row(chat).state == "human"
    assert house.messages(chat)[-1].author_kind == "buyer"


def test_an_agent_who_takes_a_rested_conversation_up_again_does_not_join_twice(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.do(reply, house.mei, chat, "明天回您")
    house.do(snooze, house.mei, chat, house.now + timedelta(hours=2), None)
    said = house.messages(chat)
    assert house.do(takeover, house.mei, chat, None)["state"] == "human"
    assert house.row(chat).snoozed_until is None
    assert house.messages(chat) == said


def test_whoever_was_never_spoken_to_wakes_in_the_queue_with_the_old_promise(house: House) -> None:
    chat = house.asks_for_person()
    promised = ticket(house, chat).due_at
    house.do(claim, house.mei, chat, None)
    house.do(snooze, house.mei, chat, house.now + timedelta(minutes=5), None)
    house.wait(minutes=6)
    house.says("有人吗", chat)
    assert (house.row(chat).state, house.row(chat).assignee) == ("waiting", None)
    assert (ticket(house, chat).state, ticket(house, chat).due_at) == ("new", promised)


def test_overdue_is_alarmed_once_raised_and_said(house: House) -> None:
    chat = house.asks_for_person()
    house.wait(minutes=31)
    assert (house.watch(), house.watch()) == (1, 0)
    late = ticket(house, chat)
    assert (late.alarmed_at, late.priority) == (house.now, "high")
    alarms = [event.body for event in house.events(chat) if "alarm" in event.body]
    assert [(one["alarm"], one["ticket"]["priority"]) for one in alarms] == [("overdue", "high")]
    assert "已超过约定" in house.messages(chat)[-1].text
    house.says("人呢", chat, TicketRequest("human"))
    assert "已超过约定的时间" in house.messages(chat)[-1].text


def test_what_fell_due_while_the_process_was_down_is_done_once_when_it_is_back(house: House) -> None:
    late, resting = house.asks_for_person(), house.asks_for_person(person=house.buyer("li"))
    house.do(takeover, house.mei, resting, None)
    house.do(snooze, house.mei, resting, house.now + timedelta(minutes=10), None)
    house.wait(minutes=45)
    house.restart()
    assert (house.watch(), house.watch()) == (2, 0)
    house.restart()
    assert house.watch() == 0
    assert (ticket(house, late).alarmed_at, house.row(resting).state) == (house.now, "human")


def test_far_back_in_a_long_queue_only_every_tenth_place_is_told(house: House) -> None:
    chats = []
    for number in range(24):
        chats.append(house.asks_for_person(person=house.buyer(str(number))))
        house.wait(seconds=1)
    n = house.events()[-1].n
    house.do(claim, house.mei, chats[0], None)
    told = [event for event in house.events() if event.n > n and event.body.get("stage") == "queued"]
    assert [event.body["position"] for event in told] == [*range(10), 10, 20]


def test_an_agent_who_leaves_without_a_word_leaves_it_to_the_queue(house: House) -> None:
    chat = house.asks_for_person()
    promised = ticket(house, chat).due_at
    house.do(claim, house.mei, chat, None)
    left = house.now
    house.wait(seconds=119)
    assert house.watch(lambda agent: left) == 0
    house.wait(seconds=1)
    assert house.watch(lambda agent: None) == 0
    assert house.watch(lambda agent: left) == 1
    assert (house.row(chat).state, ticket(house, chat).due_at) == ("waiting", promised)
    assert house.messages(chat)[-1].parts[0]["type"] == "handoff"


def unread(house: House, agent: Agent, chat: str) -> bool:
    loaded = house.runtime.shops.get("small")
    return bool(house.read(lambda tx: rows_of(tx, loaded, agent, [chat]))[chat]["unread"])


def test_what_a_colleague_passed_on_is_unread_until_it_is_opened(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    house.write(lambda tx: record_opening(tx, house.jun, chat, house.now))
    house.do(transfer, house.mei, chat, house.jun.id, "", None)
    house.write(lambda tx: talk.mark_read(tx, "small", chat, "agent", house.row(chat).seq))
    assert (unread(house, house.mei, chat), unread(house, house.jun, chat)) == (False, True)
    assert not house.read(lambda tx: opened_before(tx, house.jun, chat, house.now)), "though it was open a moment ago"
    house.write(lambda tx: record_opening(tx, house.jun, chat, house.now))
    assert not unread(house, house.jun, chat)
    assert house.read(lambda tx: opened_before(tx, house.jun, chat, house.now))
    assert len([event for event in house.events(chat) if event.type == "opened"]) == 1


def test_whoever_was_passed_on_and_left_again_waits_under_a_new_promise(house: House) -> None:
    chat = house.asks_for_person()
    house.do(takeover, house.mei, chat, None)
    house.do(transfer, house.mei, chat, house.jun.id, "", None)
    house.wait(hours=73)
    gone = house.now - timedelta(hours=72)
    house.watch(lambda agent: gone)
    waits = ticket(house, chat)
    assert waits.state == "new"
    assert waits.due_at is not None
    assert waits.due_at > house.now
    house.wait(minutes=31)
    house.watch(lambda agent: gone)
    assert ticket(house, chat).alarmed_at == house.now


def test_an_agent_who_has_joined_keeps_it_and_one_assigned_while_away_has_two_minutes(house: House) -> None:
    chat = house.asks_for_person()
    long_ago = house.now - timedelta(hours=3)
    house.do(assign, house.lead, chat, house.jun.id, None)
    assert house.watch(lambda agent: long_ago) == 0
    house.do(reply, house.jun, chat, "在")
    house.wait(minutes=10)
    assert house.watch(lambda agent: long_ago) == 0


def test_asking_for_a_person_who_is_there_opens_nothing(house: House) -> None:
    chat = house.asks_for_person()
    house.do(claim, house.mei, chat, None)
    house.asks_for_person(chat)
    assert house.row(chat).state == "human"
    assert "Mei" in house.messages(chat)[-1].text
    assert house.messages(chat)[-1].author_kind == "system"
    assert len(house.read(lambda tx: cases.tickets_of(tx, "small", chat))) == 1


def test_reasons_that_people_handle_first_are_never_less_urgent(house: House) -> None:
    chat = house.says("x", ticket=TicketRequest("minor", "low"))
    assert ticket(house, chat).priority == "urgent"


def test_outside_hours_the_deadline_and_the_message_are_of_the_next_opening(database_url: str) -> None:
    house = House(database_url, '[hours]\nmon = "09:00-18:00"\n')
    house.wait(hours=12)
    chat = house.asks_for_person()
    assert "非服务时间" in house.messages(chat)[-1].text
    house.journal.close()
