from __future__ import annotations

import pytest

from support.service.limits import Limits, Rates, Shares


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_says_how_long_to_wait_and_fills_again() -> None:
    clock = Clock()
    limits = Limits(3, 2.0, clock)
    assert [limits.wait_ms("star", "a") for _ in range(4)] == [0, 0, 0, 501]
    assert limits.wait_ms("star", "b") == 0
    clock.now += 0.5
    assert [limits.wait_ms("star", "a") for _ in range(2)] == [0, 501]
    clock.now += 3600
    assert [limits.wait_ms("star", "a") for _ in range(4)] == [0, 0, 0, 501]


def test_a_rate_of_nothing_is_no_limit() -> None:
    limits = Rates().limits(0)
    assert {limits.wait_ms("a") for _ in range(10_000)} == {0}


@pytest.mark.parametrize(
    ("rates", "same", "other"),
    [
        (Rates(buyer=0.001, at_once=20_000), ("star", "a", "10.0.0.1"), ("star", "b", "10.0.0.1")),
        (Rates(buyer=0, address=0.001, at_once=20_000), ("star", "a", "10.0.0.1"), ("star", "a", "10.0.0.2")),
        (Rates(buyer=0, address=0, shop=0.001, at_once=20_000), ("star", "a", "10.0.0.1"), ("moon", "a", "10.0.0.1")),
    ],
)
def test_each_buyer_each_address_and_each_shop_has_a_share_of_its_own(
    rates: Rates, same: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    messages = Shares(rates)
    assert [messages.wait_ms(*same) > 0 for _ in range(22)] == [False] * 20 + [True] * 2
    assert messages.wait_ms(*other) == 0


def test_what_one_buyer_is_refused_is_not_taken_from_the_address() -> None:
    messages = Shares(Rates(buyer=0.001, address=0.002, at_once=20_000))
    for _ in range(100):
        messages.wait_ms("star", "a", "10.0.0.1")
    assert [messages.wait_ms("star", "b", "10.0.0.1") for _ in range(20)] == [0] * 20
    assert messages.wait_ms("star", "c", "10.0.0.1") > 0


def test_of_what_comes_to_all_workers_each_lets_its_part_through_and_of_a_buyers_all() -> None:
    workers, clock = 1, Clock()
    shared = Limits(40, 2.0, clock, lambda: workers)
    assert [shared.wait_ms("a") > 0 for _ in range(41)] == [False] * 40 + [True]
    workers = 2
    assert [shared.wait_ms("b") > 0 for _ in range(21)] == [False] * 20 + [True]
    clock.now += 1.0
    assert [shared.wait_ms("b") > 0 for _ in range(2)] == [False, True]
    two = Rates(buyer=0.001, shop=0.002, at_once=20_000, workers=lambda: 2)
    messages = Shares(two)
    assert [messages.wait_ms("star", "a", "10.0.0.1") > 0 for _ in range(21)] == [False] * 20 + [True]
    assert messages.wait_ms("star", "b", "10.0.0.1") > 0, "the shop's part is used up"
    assert not any(Limits(1, 0.1, clock, lambda: 9).wait_ms("c") for _ in range(1)), "one is let through by any part"


def test_of_what_costs_less_there_may_be_more() -> None:
    looks = Shares(Rates(buyer=0.001, at_once=20_000), 5)
    assert [looks.wait_ms("star", "a", "10.0.0.1") > 0 for _ in range(102)] == [False] * 100 + [True] * 2
