from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.realtime.roster import Roster
from ticketing.agent import Agent

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
