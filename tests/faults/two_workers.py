"""Two workers of one record in PostgreSQL, with a NATS server between them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from support.service.agents import NewAgent, add_agent, log_in
from tests.faults.load import Load
from tests.faults.server import fill
from tests.faults.spawner import SHOP, MortalServer, Place, Spawner
from tests.faults.verdict import verdict
from tests.nats import Broker
from tests.postgres import Cluster
from tests.running import PATIENCE, Buyer, Desk
from ticketing.storage.database import open_engine
from ticketing.storage.journal import Journal

PASSWORD = "the desk's password"


@dataclass(frozen=True, slots=True)
class Pair:
    """Both workers, and what they share."""

    a: MortalServer
    b: MortalServer
    broker: Broker
    postgres: Cluster
    url: str

    @property
    def both(self) -> tuple[MortalServer, MortalServer]:
        """The workers."""
        return self.a, self.b

    @property
    def urls(self) -> tuple[str, str]:
        """Where sockets connect to each."""
        return self.a.url, self.b.url

    def token(self, name: str) -> str:
        """A session of a new agent; made beside the workers."""
        journal, now = Journal(open_engine(self.url)), datetime.now(UTC)
        add_agent(journal, NewAgent(SHOP, name, "senior", name.title(), ("zh-CN",)), PASSWORD, now)
        token = log_in(journal, name, PASSWORD, "127.0.0.1", now).token
        journal.close()
        return token


@contextmanager
def pair(spawner: Spawner, postgres: Cluster, folder: Path, far: Place | None = None, near: str = "") -> Iterator[Pair]:
    """Both, ready, over a database of their own; the second at a place `far`, the broker at the address `near`.

    Whoever is far reaches the database by the network, where the cluster listens.
    """
    with Broker(near or "127.0.0.1") as broker, postgres.database() as url:
        given: dict[str, Any] = {"database_url": url, "nats_url": broker.url}
        elsewhere = given | ({"database_url": postgres.by_network(url)} if far else {})
        a, b = spawner.server(folder / "a", **given), spawner.server(folder / "b", at=far, **elsewhere)
        fill(a.data_dir, url)
        with a, b:
            for one in (a, b):
                one.wait_ready()
                _reaches(one)
            yield Pair(a, b, broker, postgres, url)


@contextmanager
def network() -> Iterator[tuple[str, Place, Callable[[bool], None]]]:
    """A network of its own for one worker: the address of this side, the place there, and what cuts and joins both.

    Raises CalledProcessError where this machine does not let us have one.
    """
    name = f"anxin{os.getpid() % 10_000}"
    here, there = f"{name}a", f"{name}b"

    def ip(*words: str) -> None:
        subprocess.run(["ip", *words], check=True, capture_output=True)

    ip("netns", "add", name)
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        ip("addr", "add", "10.77.77.1/30", "dev", here)
        ip("link", "set", here, "up")
        ip("-n", name, "addr", "add", "10.77.77.2/30", "dev", there)
        for device in ("lo", there):
            ip("-n", name, "link", "set", device, "up")
        yield (
            "10.77.77.1",
            Place("10.77.77.2", name),
            lambda joined: ip("link", "set", here, "up" if joined else "down"),
        )
    finally:
        ip("netns", "del", name)


def buyer(server: MortalServer, **hello: Any) -> Buyer:
    """A buyer's page at one of them."""
    return Buyer(server, SHOP, **hello)


def desk(server: MortalServer, token: str) -> Desk:
    """A desk at one of them."""
    return Desk(server, token=token, shop=SHOP)


async def all_is_well(two: Pair, load: Load, chosen: int) -> None:
    """Whatever ended, nothing is wrong at either worker. Raises AssertionError, with the seed that was chosen."""
    found = await verdict(load, two.url, *two.urls)
    assert found == [], f"seed {chosen}: {load.acked()} acked\n" + "\n".join(found[:40])


async def until(true: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Until it holds; the seconds that took. Raises TimeoutError."""
    begun = time.monotonic()
    async with asyncio.timeout(seconds):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110  # another process is asked, which tells nobody
            await asyncio.sleep(0.01)
    return time.monotonic() - begun


def _reaches(server: MortalServer) -> None:
    """Until it has found the broker, without which what is said in passing is not heard."""
    deadline = time.monotonic() + PATIENCE
    while degraded(server):
        assert time.monotonic() < deadline, server.log()
        time.sleep(0.02)


def metrics(server: MortalServer) -> dict[str, list[Sample]]:
    """What a worker tells Prometheus, by name."""
    text = httpx.get(f"{server.base}/metrics", timeout=PATIENCE).raise_for_status().text
    return {one.name: list(one.samples) for one in text_string_to_metric_families(text)}


def degraded(server: MortalServer) -> dict[str, str]:
    """What a worker says that it does without."""
    return dict(server.get("/readyz").get("degraded", {}))
