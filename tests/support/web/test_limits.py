"""Each limit as a client meets it. What one address or buyer may not, others may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from tests.conformance.host import Host, hosted
from tests.running import Buyer

Open = Callable[..., Host]
SLOW = 1 / 3600
"""Messages a second, of which a burst is one."""


@pytest.fixture
def open_host(untouched: Path, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(hosted(untouched, tmp_path / "data", **settings))


async def come(host: Host, address: str = "10.0.0.1", **hello: Any) -> Buyer:
    """A page behind a proxy, which says for whom it asks."""
    buyer = Buyer(host, **hello)  # type: ignore[arg-type]
    buyer._headers["X-Forwarded-For"] = address
    return buyer


async def refused(buyer: Buyer, text: str = "你好") -> int:
    """The `after_ms` with which a message is refused, 0 where it is kept."""
    await buyer.send("say", {"conversation": "new", "text": text, "attachments": []})
    answer = await buyer.next("ack", "error")
    if answer["t"] == "ack":
        return 0
    assert (answer["d"]["code"], answer["d"]["retry"]) == ("rate", True)
    return int(answer["d"]["after_ms"])


async def test_a_buyer_who_says_too_much_waits_and_nobody_else_does(open_host: Open) -> None:
    host = open_host(rate_buyer=SLOW, trusted_proxies="127.0.0.1")
    async with await come(host) as much, await come(host) as other:
        assert await refused(much) == 0
        assert await refused(much) > 1_000_000
        assert await refused(other) == 0


async def test_an_address_that_says_too_much_waits_and_no_other_does(open_host: Open) -> None:
    host = open_host(rate_address=SLOW, trusted_proxies="127.0.0.1")
    async with await come(host) as first, await come(host) as second, await come(host, "10.0.0.2") as other:
        assert await refused(first) == 0
        assert await refused(second) > 1_000_000
        assert await refused(other) == 0


async def test_a_shop_takes_so_much_from_all_together(open_host: Open) -> None:
    host = open_host(rate_shop=SLOW, trusted_proxies="127.0.0.1")
    async with await come(host) as first, await come(host, "10.0.0.2") as other:
        assert await refused(first) == 0
        assert await refused(other) > 1_000_000


async def test_new_visitors_of_one_address_are_let_in_slowly_and_known_ones_at_once(open_host: Open) -> None:
    host = open_host(rate_visitors=SLOW, trusted_proxies="127.0.0.1")
    async with await come(host) as first:
        visitor = (await first.next("welcome"))["d"]["visitor"]
    async with await come(host) as new:
        error = (await new.next("welcome", "error"))["d"]
        assert (error["code"], error["after_ms"] > 1_000_000) == ("rate", True)
        assert await new.closed() == 4429
    async with await come(host, visitor=visitor) as known, await come(host, "10.0.0.2") as other:
        assert (await known.next("welcome", "error"))["t"] == "welcome"
        assert (await other.next("welcome", "error"))["t"] == "welcome"


async def test_new_sockets_of_one_address_are_let_in_slowly(open_host: Open) -> None:
    host = open_host(rate_connections=SLOW, trusted_proxies="127.0.0.1")
    async with await come(host) as first:
        assert (await first.next("welcome", "error"))["t"] == "welcome"
        async with await come(host, shop="") as second:
            assert (await second.next("error"))["d"]["code"] == "rate"
            assert await second.closed() == 4429
        async with await come(host, "10.0.0.2") as other:
            assert (await other.next("welcome", "error"))["t"] == "welcome"


async def test_nobody_becomes_another_address_by_saying_so(open_host: Open) -> None:
    host = open_host(rate_connections=SLOW)

    def asking_for(address: str) -> connect:
        return connect(host.ws, additional_headers={"X-Forwarded-For": address}, compression=None)

    async def first_word(socket: ClientConnection) -> str:
        await socket.send('{"v":1,"t":"hello","id":"1","d":{"role":"buyer","shop":"star"}}')
        return str(await socket.recv())

    async with asking_for("10.0.0.1") as first, asking_for("10.0.0.2") as second:
        assert '"t":"welcome"' in await first_word(first)
        assert '"rate"' in str(await second.recv())
