"""The circuit breaker."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from support.orders.breaker import Breaker
from support.orders.connector import StoreUnavailable


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def failing(breaker: Breaker, why: str = "refused") -> None:
    """One call that fails."""
    with pytest.raises(StoreUnavailable, match=why), breaker.guarding():
        raise StoreUnavailable(why)


def passed(breaker: Breaker, during: Callable[[], None] = lambda: None) -> None:
    """One call that succeeds."""
    with breaker.guarding():
        during()


def opened(clock: Clock) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(3, 15, clock)
    for _ in range(3):
        failing(breaker)
    return breaker


def test_it_opens_after_failures_in_a_row_and_then_tries_nothing() -> None:
    breaker = opened(Clock())
    with pytest.raises(StoreUnavailable, match="not tried, after 3 failures in a row; the last: refused"):
        passed(breaker, lambda: pytest.fail("it was tried"))


def test_a_success_in_between_starts_the_count_anew() -> None:
    breaker = Breaker(3, 15, Clock())
    for _ in range(5):
        failing(breaker)
        failing(breaker)
        passed(breaker)


def test_after_its_rest_one_call_probes_and_success_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 15
    with breaker.guarding(), pytest.raises(StoreUnavailable, match="not tried"):
        passed(breaker)  # the probe is still under way
    passed(breaker)
    passed(breaker)


def test_a_failed_probe_keeps_it_open_for_another_rest() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 15
    failing(breaker, "still down")
    clock.now = 29
    with pytest.raises(StoreUnavailable, match="the last: still down"):
        passed(breaker)
    clock.now = 30
    passed(breaker)


def test_what_is_not_the_stores_fault_counts_for_nothing_and_gives_the_probe_back() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 15
    with pytest.raises(ValueError, match="ours"), breaker.guarding():
        raise ValueError("ours")
    passed(breaker)


def test_of_many_threads_one_probes() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now = 15
    tried, refused, inside, leave = [], [], threading.Event(), threading.Event()

    def probe() -> None:
        with breaker.guarding():
            tried.append(1)
            inside.set()
            leave.wait(60)

    first = threading.Thread(target=probe)
    first.start()
    assert inside.wait(60)
    for _ in range(5):
        with pytest.raises(StoreUnavailable):
            passed(breaker)
        refused.append(1)
    leave.set()
    first.join(60)
    assert (len(tried), len(refused)) == (1, 5)


def test_its_opening_and_its_closing_are_logged_once() -> None:
    clock = Clock()
    with capture_logs() as logs:
        breaker = opened(clock)
        clock.now = 15
        failing(breaker)
        clock.now = 30
        passed(breaker)
        passed(breaker)
    assert [(entry["log_level"], entry.get("reason")) for entry in logs] == [("warning", "refused"), ("info", None)]
