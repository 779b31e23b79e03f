"""The fan-out's specification, on each of its adapters: within a process, and by a real NATS server."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import pytest

from support.realtime.fan_out import LARGEST, FanOut
from support.realtime.memory import InMemory, Room
from support.realtime.nats import Nats
from tests.nats import Broker
from tests.waiting import until

ADAPTERS = ("memory", "nats")


class Air(Protocol):
    """What carries what is told, to be taken away and given back."""

    def worker(self) -> FanOut: ...
    def away(self) -> None: ...
    def back(self) -> None: ...


class RoomAir:
    def __init__(self) -> None:
        self._room = Room()

    def worker(self) -> FanOut:
        return InMemory(self._room)

    def away(self) -> None:
        self._room.open = False

    def back(self) -> None:
        self._room.open = True


@dataclass
class NatsAir:
    broker: Broker

    def worker(self) -> FanOut:
        return Nats(self.broker.url)

    def away(self) -> None:
        self.broker.kill()

    def back(self) -> None:
        self.broker.start()


@pytest.fixture(params=ADAPTERS)
async def air(request: pytest.FixtureRequest) -> AsyncIterator[Air]:
    if request.param == "memory":
        yield RoomAir()
    else:
        with Broker() as broker:
            yield NatsAir(broker)


@asynccontextmanager
async def members(air: Air, *channels: str) -> AsyncIterator[list[tuple[FanOut, list[bytes]]]]:
    """Workers on these channels, each with what it heard, once all are reached."""
    found: list[tuple[FanOut, list[bytes]]] = []
    for channel in channels:
        heard: list[bytes] = []
        member = air.worker()
        await member.start(channel, heard.append)
        found.append((member, heard))
    await until(lambda: all(member.trouble is None for member, _ in found))
    yield found
    for member, _ in found:
        await member.close()


async def test_others_hear_it_once_in_its_order_and_the_teller_does_not(air: Air) -> None:
    async with members(air, "one", "one", "one") as [(a, at_a), (b, at_b), (_, at_c)]:
        for number in range(200):
            a.tell(b"a%d" % number)
        await until(lambda: len(at_b) >= 200 and len(at_c) >= 200)
        b.tell(b"last")
        await until(lambda: b"last" in at_a and b"last" in at_c)
        assert at_b == [b"a%d" % number for number in range(200)]
        assert at_c == [*at_b, b"last"]
        assert at_a == [b"last"]


async def test_another_channel_hears_nothing(air: Air) -> None:
    async with members(air, "one", "two", "one") as [(a, _), (_, foreign), (_, at_c)]:
        a.tell(b"for one")
        await until(lambda: bool(at_c))
        assert foreign == []


async def test_any_thread_may_tell_and_what_is_too_large_is_left(air: Air) -> None:
    async with members(air, "one", "one") as [(a, _), (_, at_b)]:
        a.tell(b"x" * (LARGEST + 1))
        threads = [threading.Thread(target=a.tell, args=(b"t%d" % number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        await until(lambda: len(at_b) >= 8)
        assert sorted(at_b) == [b"t%d" % number for number in range(8)]


async def test_where_the_way_is_gone_it_says_so_loses_what_is_told_and_comes_back_by_itself(air: Air) -> None:
    async with members(air, "one", "one") as [(a, _), (b, at_b)]:
        air.away()
        await until(lambda: a.trouble is not None and b.trouble is not None)
        a.tell(b"to nobody")
        air.back()
        await until(lambda: a.trouble is None and b.trouble is None)

        def heard() -> bool:  # said again, for one may be back before the broker knows what the other listens to
            a.tell(b"again")
            return bool(at_b)

        await until(heard)
        assert set(at_b) == {b"again"}


async def test_before_it_starts_and_after_it_left_a_worker_tells_nobody(air: Air) -> None:
    early = air.worker()
    early.tell(b"too early")
    async with members(air, "one", "one") as [(a, _), (_, at_b)]:
        a.tell(b"the last word")
        await a.close()
        a.tell(b"too late")
        await until(lambda: bool(at_b))
        assert at_b == [b"the last word"]


async def test_a_worker_without_a_room_is_alone_and_in_no_trouble() -> None:
    alone = InMemory()
    await alone.start("one", lambda data: None)
    alone.tell(b"to nobody")
    assert (alone.alone, alone.trouble) == (True, None)
    await alone.close()


async def test_a_broker_that_is_away_from_the_start_is_named_without_its_password_and_found_once_it_is_there() -> None:
    with Broker() as broker:
        broker.kill()
        worker = Nats(f"nats://anxin:secret@127.0.0.1:{broker.port}")
        await worker.start("one", lambda data: None)
        await until(lambda: worker.trouble is not None and "not connected yet" not in worker.trouble)
        assert f"127.0.0.1:{broker.port}" in (worker.trouble or "")
        assert "secret" not in (worker.trouble or "")
        broker.start()
        await until(lambda: worker.trouble is None)
        await worker.close()


async def test_a_broker_that_hangs_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.realtime.nats.PING_SECONDS", 0.05)
    with Broker() as broker:
        worker = Nats(broker.url)
        await worker.start("one", lambda data: None)
        await until(lambda: worker.trouble is None)
        broker.pause()
        await until(lambda: worker.trouble is not None)
        await worker.close()
