from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from support.bootstrap import Application
from support.chat import frames
from support.chat.session import Do
from support.service.agent_commands import AgentCommands
from support.service.agents import SESSION, BadSession, NewAgent, add_agent, log_in, remove_agent
from support.service.ask_for_person import ask_for_person
from support.service.limits import Rates
from support.service.people import Person, visitor
from support.service.refusals import CommandRefused
from support.service.runtime import Runtime
from ticketing.agent import Agent, Role
from ticketing.ids import new_id
from ticketing.storage import event_log, talk

Json = dict[str, Any]
PASSWORD = "correct horse"
Seated = tuple[Agent, str]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(application: Application, clock: Clock) -> Runtime:
    given = application.runtime()
    return Runtime(given.journal, given.shops, given.assistant, clock=clock)


Seat = Callable[..., Seated]


@pytest.fixture
def seat(runtime: Runtime) -> Seat:
    def sit(role: Role = "agent") -> Seated:
        name = f"a-{new_id()}"
        agent = add_agent(
            runtime.journal, NewAgent("star", name, role, f"Name of {name[-4:]}"), PASSWORD, datetime.now(UTC)
        )
        return agent, log_in(runtime.journal, name, PASSWORD, name, datetime.now(UTC)).token

    return sit


def waiting(runtime: Runtime) -> tuple[Person, str]:
    """A visitor who asked for a person: who, and the conversation."""
    person, key = visitor("star", new_id()), new_id()
    shop = runtime.shops.get("star").folder.shop
    said = runtime.journal.write_now(
        lambda tx: ask_for_person(tx, shop, person, key, b"{}", frames.Handoff("new"), "zh-CN", datetime.now(UTC))
    )
    return person, said.ack["conversation"]


async def send(runtime: Runtime, token: str, command: frames.Command, key: str = "") -> Json:
    """A command's ack, or `{"error", "current"}`."""
    body = repr(command).encode()
    try:
        text = await AgentCommands(runtime).carry_out(token, Do(command, key or new_id(), body))
    except CommandRefused as refused:
        return {"error": refused.code, "current": refused.current}
    return dict(json.loads(text or "{}").get("d", {}))


async def test_of_two_who_claim_at_once_one_has_it_and_the_other_hears_who(runtime: Runtime, seat: Seat) -> None:
    (lin, first), (chen, second) = seat(), seat()
    won = {lin.id: 0, chen.id: 0}
    for _ in range(20):
        _, conversation = waiting(runtime)
        both = [send(runtime, token, frames.Claim(conversation)) for token in (first, second)]
        answers = await asyncio.gather(*(both if won[lin.id] % 2 else reversed(both)))
        [ack] = [one for one in answers if "error" not in one]
        [lost] = [one for one in answers if "error" in one]
        assert lost["error"] == "conflict"
        assert lost["current"] == {key: ack[key] for key in ("rev", "state", "assignee")}
        won[ack["assignee"]["id"]] += 1
        row = runtime.journal.read_now(partial(talk.get, shop="star", conversation=conversation))
        assert (row.state, row.assignee) == ("human", ack["assignee"]["id"])
        kinds = [kind for _, kind in runtime.journal.read_now(
            partial(event_log.of_conversation, shop="star", conversation=conversation)
        )]  # fmt: skip
        assert kinds.count("conversation") == 2  # waiting, then taken: once
    assert sum(won.values()) == 20


async def test_a_command_that_comes_again_gets_its_ack_and_has_no_other_effect(runtime: Runtime, seat: Seat) -> None:
    _, token = seat()
    _, conversation = waiting(runtime)
    claimed = await send(runtime, token, frames.Claim(conversation), "one")
    assert await send(runtime, token, frames.Claim(conversation), "one") == claimed
    said = await send(runtime, token, frames.Say(conversation, "您好"), "two")
    again = await asyncio.gather(*(send(runtime, token, frames.Say(conversation, "您好"), "two") for _ in range(10)))
    assert again == [said] * 10
    assert (await send(runtime, token, frames.Say(conversation, "别的"), "two"))["error"] == "id_reused"
    texts = [one.text for one in runtime.journal.read_now(partial(talk.page, shop="star", conversation=conversation,
                                                                  before_seq=None, limit=50))]  # fmt: skip
    assert texts.count("您好") == 1


async def test_a_macro_is_sent_once_and_filled_by_us(runtime: Runtime, seat: Seat) -> None:
    agent, token = seat()
    _, conversation = waiting(runtime)
    greeting = frames.Macro(conversation, "escalate")
    assert (await send(runtime, token, greeting))["error"] == "conflict"  # nobody has it yet
    await send(runtime, token, frames.Claim(conversation))
    again = await asyncio.gather(*(send(runtime, token, greeting, "once") for _ in range(5)))
    assert again == [again[0]] * 5
    english = await send(runtime, token, frames.Macro(conversation, "escalate", "en"))
    read = partial(talk.page, shop="star", conversation=conversation, before_seq=None, limit=50)
    said = {one.id: one for one in runtime.journal.read_now(read) if one.author_kind == "agent"}
    assert said.keys() == {again[0]["message"]["id"], english["message"]["id"]}
    first = said[again[0]["message"]["id"]]
    assert first.author_name == agent.display_name
    assert "{{" not in first.text
    assert first.text != said[english["message"]["id"]].text


async def test_a_macro_with_a_gap_is_not_sent(runtime: Runtime, seat: Seat) -> None:
    _, token = seat()
    _, conversation = waiting(runtime)
    await send(runtime, token, frames.Claim(conversation))
    refused = await send(runtime, token, frames.Macro(conversation, "greet"))
    assert (refused["error"], refused["current"]["missing"]) == ("conflict", ["order.number"])
    assert refused["current"]["state"] == "human"
    assert (await send(runtime, token, frames.Macro(conversation, "no-such")))["error"] == "not_found"


async def test_who_is_away_or_has_enough_is_given_nothing(runtime: Runtime, seat: Seat) -> None:
    (_, first), (jun, _) = seat(), seat()
    taken = [waiting(runtime)[1] for _ in range(jun.capacity + 1)]
    for conversation in taken:
        await send(runtime, first, frames.Claim(conversation))
    place = runtime.roster.come(jun)
    place.state = "away"
    refused = await send(runtime, first, frames.Transfer(taken[0], jun.id))
    known = {"id": jun.id, "name": jun.display_name, "capacity": jun.capacity}
    assert (refused["error"], refused["current"]["colleague"]) == ("conflict", {**known, "presence": "away", "load": 0})
    place.state = "online"
    for conversation in taken[:-1]:
        assert (await send(runtime, first, frames.Transfer(conversation, jun.id)))["assignee"]["id"] == jun.id
    full = await send(runtime, first, frames.Transfer(taken[-1], jun.id))
    assert full["current"]["colleague"] == {**known, "presence": "online", "load": jun.capacity}
    _, senior = seat("senior")
    assert (await send(runtime, senior, frames.Assign(taken[-1], jun.id)))["error"] == "conflict"
    assert (await send(runtime, senior, frames.Assign(taken[0], jun.id)))["assignee"]["id"] == jun.id  # has it already


async def test_one_agents_ids_are_not_anothers(runtime: Runtime, seat: Seat) -> None:
    (_, first), (_, second) = seat(), seat()
    _, conversation = waiting(runtime)
    assert "error" not in await send(runtime, first, frames.Claim(conversation), "same")
    assert (await send(runtime, second, frames.Claim(conversation), "same"))["error"] == "conflict"


async def test_what_has_changed_since_is_a_conflict_with_what_stands(runtime: Runtime, seat: Seat) -> None:
    agent, token = seat()
    _, conversation = waiting(runtime)
    stale = await send(runtime, token, frames.Claim(conversation, if_rev=0))
    assert (stale["error"], stale["current"]["state"]) == ("conflict", "waiting")
    ack = await send(runtime, token, frames.Claim(conversation, if_rev=stale["current"]["rev"]))
    assert ack["assignee"]["id"] == agent.id
    past = datetime.now(UTC) - timedelta(hours=1)
    for command in (frames.Reopen(conversation), frames.Snooze(conversation, past)):
        refused = await send(runtime, token, command)
        assert refused == {
            "error": "conflict",
            "current": {"rev": ack["rev"], "state": "human", "assignee": ack["assignee"]},
        }


async def test_only_who_has_it_speaks_in_it(runtime: Runtime, seat: Seat) -> None:
    (lin, first), (_, second) = seat(), seat()
    _, conversation = waiting(runtime)
    assert (await send(runtime, first, frames.Say(conversation, "您好")))["error"] == "conflict"
    await send(runtime, first, frames.Claim(conversation))
    refused = await send(runtime, second, frames.Say(conversation, "您好"))
    assert refused["current"]["assignee"]["id"] == lin.id
    assert "note" in await send(runtime, second, frames.Note(conversation, "我认识这位买家"))


async def test_roles_hold(runtime: Runtime, seat: Seat) -> None:
    (lin, first), (chen, second), (_, above) = seat(), seat(), seat("senior")
    _, conversation = waiting(runtime)
    assert (await send(runtime, first, frames.Assign(conversation, chen.id)))["error"] == "forbidden"
    assert (await send(runtime, above, frames.Assign(conversation, lin.id)))["assignee"]["id"] == lin.id
    assert (await send(runtime, second, frames.Takeover(conversation)))["error"] == "conflict"
    assert (await send(runtime, second, frames.Resolve(conversation)))["error"] == "conflict"
    assert (await send(runtime, above, frames.Takeover(conversation)))["state"] == "human"


async def test_blank_words_and_foreign_conversations_are_refused(runtime: Runtime, seat: Seat) -> None:
    _, token = seat()
    _, conversation = waiting(runtime)
    assert (await send(runtime, token, frames.Say(conversation, " \n")))["error"] == "bad_frame"
    assert (await send(runtime, token, frames.Note(conversation, "")))["error"] == "bad_frame"
    for command in (
        frames.Claim("nowhere"),
        frames.History("nowhere"),
        frames.Read("nowhere", 1),
        frames.Say("new", "hi"),
    ):
        assert (await send(runtime, token, command))["error"] == "not_found"


async def test_a_session_that_ended_commands_nothing(runtime: Runtime, seat: Seat, clock: Clock) -> None:
    (lin, first), (_, second) = seat(), seat()
    _, conversation = waiting(runtime)
    runtime.journal.write_now(partial(remove_agent, name=lin.name, at=runtime.clock()))
    with pytest.raises(BadSession):
        await send(runtime, first, frames.Claim(conversation))
    clock.ahead = SESSION
    with pytest.raises(BadSession) as ended:
        await send(runtime, second, frames.Claim(conversation))
    assert ended.value.expired
    row = runtime.journal.read_now(partial(talk.get, shop="star", conversation=conversation))
    assert row.assignee is None


async def test_an_onlooker_does_not_read_for_who_has_it(runtime: Runtime, seat: Seat) -> None:
    (_, first), (_, second) = seat(), seat()
    _, conversation = waiting(runtime)
    await send(runtime, first, frames.Claim(conversation))
    marks = partial(talk.read_marks, shop="star", conversation=conversation)
    await send(runtime, second, frames.Read(conversation, 1))
    assert runtime.journal.read_now(marks)["agent"] == 0
    await send(runtime, first, frames.Read(conversation, 99))
    assert runtime.journal.read_now(marks)["agent"] == 1


async def test_an_agent_who_sends_too_much_waits(runtime: Runtime, seat: Seat) -> None:
    _, token = seat()
    _, conversation = waiting(runtime)
    slowly = replace(runtime, rates=Rates(agent=1 / 3600))
    commands, refused = AgentCommands(slowly), list[CommandRefused]()
    for i in range(3):
        try:
            await commands.carry_out(token, Do(frames.Note(conversation, str(i)), new_id(), str(i).encode()))
        except CommandRefused as error:
            refused.append(error)
    assert [one.code for one in refused] == ["rate", "rate"]
    assert all((one.after_ms or 0) > 0 for one in refused)
