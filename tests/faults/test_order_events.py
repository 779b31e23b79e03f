"""A store that sends until it hears 200, while the server is killed between: each event is kept and told once."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from tests.faults.seeds import seed
from tests.faults.spawner import SHOP, MortalServer, Spawner
from tests.running import Buyer
from tests.store_events import Store

ORDER, PROOF = "SAMPLE0001", "query-1"
EVENTS, SENDERS = 24, 3
KILLED_AFTER = [(1, 5), (7, 11), (13, 17)]
"""Between how many events taken each kill falls: by the clock, a quick server could have taken all before the first."""
PATIENCE = 60.0


@pytest.fixture
def server(spawner: Spawner, tmp_path: Path) -> Iterator[MortalServer]:
    with spawner.server(tmp_path / "data") as server:
        yield server.wait_ready()


async def opened(server: MortalServer) -> str:
    """A conversation in which the order was opened."""
    server.ws = server.url
    async with Buyer(server, shop=SHOP) as buyer:
        ack, _ = await buyer.say(f"{ORDER} {PROOF}")
        return str(ack["d"]["conversation"])


def rows(server: MortalServer, query: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(f"sqlite:///{server.data_dir / 'anxin.sqlite'}")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(sa.text(query))]
    engine.dispose()
    return found


def told(server: MortalServer, conversation: str) -> int:
    """How many lines the house has said there."""
    [(count,)] = rows(
        server, f"SELECT count(*) FROM messages WHERE author_kind = 'system' AND conversation = '{conversation}'"
    )
    assert isinstance(count, int)
    return count


def insist(store: Store, id: str, taken: list[str], again: list[str]) -> None:
    """Send an event until it is taken, which is noted, as is each time that it was not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if store.tell("refunded", ORDER, id, amount="0.01").status_code == 200:
                taken.append(id)
                return
        except httpx.TransportError:
            time.sleep(0.02)
        again.append(id)
    raise AssertionError(f"{id} is never taken")


def insist_on_all(store: Store, ids: list[str], taken: list[str], again: list[str]) -> None:
    for id in ids:
        insist(store, id, taken, again)


def until_taken(taken: list[str], count: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(taken) < count and time.monotonic() < deadline:
        time.sleep(0.001)


async def test_each_event_is_kept_and_told_once_though_the_server_is_killed(server: MortalServer) -> None:
    conversation, store, choose = await opened(server), Store(server.base, shop=SHOP), random.Random(seed())
    taken: list[str] = []
    again: list[str] = []
    shares = [[f"e{i}" for i in range(first, EVENTS, SENDERS)] for first in range(SENDERS)]
    threads = [threading.Thread(target=insist_on_all, args=(store, ids, taken, again)) for ids in shares]
    for thread in threads:
        thread.start()
    for few, many in KILLED_AFTER:
        until_taken(taken, choose.randint(few, many))
        server.kill()
        server.start().wait_ready()
    for thread in threads:
        thread.join(PATIENCE)
    assert again, "no event was under way when the server was killed"
    kept = [str(row[0]) for row in rows(server, "SELECT id FROM order_events")]
    assert sorted(kept) == sorted(f"e{i}" for i in range(EVENTS))
    assert told(server, conversation) == EVENTS
    ordered = f"SELECT seq FROM messages WHERE conversation = '{conversation}' ORDER BY seq"
    assert [row[0] for row in rows(server, ordered)] == list(range(1, EVENTS + 3))


async def test_an_event_that_could_not_be_kept_is_not_taken_and_told_nobody(server: MortalServer) -> None:
    conversation, store = await opened(server), Store(server.base, shop=SHOP)
    server.get("/faults/arm", point="commit", n=1)
    answer = store.tell("delivered", ORDER, "e1")
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "1")
    assert (rows(server, "SELECT id FROM order_events"), told(server, conversation)) == ([], 0)
    assert store.tell("delivered", ORDER, "e1").status_code == 200
    assert (len(rows(server, "SELECT id FROM order_events")), told(server, conversation)) == (1, 1)
