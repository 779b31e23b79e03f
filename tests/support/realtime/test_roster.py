from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.realtime.roster import Roster
from ticketing.agent import Agent
from ticketing.worker import Seated

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


def agent(key: str, shop: str = "star") -> Agent:
    return Agent(shop, key, key, key.title(), "agent", ("en",), 6, True, NOW)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_an_agent_is_here_while_one_socket_is_and_away_when_all_are() -> None:
    clock = Clock()
    roster = Roster(clock)
    assert roster.presence("star", "lin") == "offline"
    assert roster.offline_since("star", "lin") == NOW, "who never came is gone since the start"
    first, second = roster.come(agent("lin")), roster.come(agent("lin"))
    first.state = "away"
    assert (roster.presence("star", "lin"), roster.presence("moon", "lin")) == ("online", "offline")
    second.state = "away"
    assert roster.presence("star", "lin") == "away"
    roster.go(first)
    assert roster.offline_since("star", "lin") is None
    clock.now += timedelta(minutes=3)
    roster.go(second)
    roster.go(second)
    assert (roster.presence("star", "lin"), roster.offline_since("star", "lin")) == ("offline", clock.now)
    assert roster.here("star") == frozenset()


def test_who_views_a_conversation_is_named_once_and_in_that_shop_alone() -> None:
    roster = Roster()
    for one in (agent("lin"), agent("chen"), agent("lin"), agent("moa", "moon")):
        roster.come(one).viewing = "c1"
    roster.come(agent("zhao")).viewing = "c2"
    assert [one.id for one in roster.viewing("star", "c1")] == ["chen", "lin"]
    assert [one.id for one in roster.viewing("moon", "c1")] == ["moa"]


def far(key: str, state: str = "online", *viewing: str, shop: str = "star") -> Seated:
    return Seated(shop, key, key, key.title(), state, viewing)


def test_who_sits_at_another_worker_is_here_too_and_gone_once_nobody_tells_of_them() -> None:
    clock = Clock()
    roster = Roster(clock)
    moved = roster.see([far("lin", "away"), far("chen", "online", "c1")])
    assert moved.shops == {"star"}
    assert moved.viewed == {("star", "c1")}
    assert (roster.presence("star", "lin"), roster.presence("star", "chen")) == ("away", "online")
    assert roster.offline_since("star", "lin") is None
    seat = roster.come(agent("lin"))
    assert roster.presence("star", "lin") == "online", "here, and away there"
    assert not roster.see([far("lin", "away"), far("chen", "online", "c1")]).shops
    clock.now += timedelta(minutes=1)
    assert roster.see([]).viewed == {("star", "c1")}
    assert roster.offline_since("star", "chen") == clock.now
    assert roster.presence("star", "lin") == "online"
    assert roster.seated() == (far("lin"),)
    roster.go(seat)
    assert (roster.presence("star", "lin"), roster.seated()) == ("offline", ())


def test_who_views_a_conversation_is_named_wherever_they_sit() -> None:
    roster = Roster()
    roster.come(agent("zhao")).viewing = "c1"
    roster.see([far("chen", "online", "c1"), far("zhao", "online", "c1"), far("moa", "online", "c1", shop="moon")])
    assert [one.display_name for one in roster.viewing("star", "c1")] == ["Chen", "Zhao"]
