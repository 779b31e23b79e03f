"""Each limit as a client meets it. What one address or buyer may not, others may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from support.service.agents import NewAgent, add_agent, log_in
from support.web import buyer_link
from tests.conformance.host import Host, hosted
from tests.running import Buyer, Desk, Json

Open = Callable[..., Host]
SLOW = 1 / 3600
"""Messages a second, of which a burst is one."""


@pytest.fixture
def open_host(untouched: Path, tmp_path: Path) -> Iterator[Open]:
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(hosted(untouched, tmp_path / "data", **settings))


@pytest.fixture(scope="module")
def of_agents(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A server on which each agent may do one thing."""
    with hosted(untouched, tmp_path_factory.mktemp("agents") / "data", rate_agent=SLOW) as host:
        yield host


async def come(host: Host, address: str = "10.0.0.1", **hello: Any) -> Buyer:
    """A page behind a proxy, which says for whom it asks."""
    buyer = Buyer(host, **hello)
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


LOOKS: tuple[tuple[str, Json], ...] = (
    ("history", {}), ("read", {"seq": 1}), ("stop", {}), ("typing", {"on": True})
)  # fmt: skip
WHOSE = ("buyer", "address", "shop")


@pytest.mark.parametrize(
    ("whose", "t", "more"),
    [
        pytest.param(whose, *look, marks=() if i in {0, j} else pytest.mark.soak, id=f"{look[0]}-{whose}")
        for i, whose in enumerate(WHOSE)
        for j, look in enumerate(LOOKS)
    ],
)
async def test_looking_on_has_limits_too(open_host: Open, whose: str, t: str, more: Json) -> None:
    """Each look by a buyer's limit, and each other limit by one look; `make soak` tries every pair."""
    host = open_host(**{f"rate_{one}": SLOW if one == whose else 0 for one in ("buyer", "address", "shop")})
    async with await come(host) as much:
        ack, _ = await much.say("你好")
        about = {"conversation": ack["d"]["conversation"], **more}
        await much.send(t, about)
        key = await much.send(t, about)
        while (error := await much.next("page", "error"))["t"] == "page":
            pass
        assert (error["re"], error["d"]["code"], error["d"]["retry"]) == (key, "rate", True)
        assert error["d"]["after_ms"] > 60_000


async def test_proving_who_one_is_counts_as_a_message(open_host: Open) -> None:
    host = open_host(rate_buyer=SLOW)
    async with await come(host) as much:
        await much.next("synced")
        assert await refused(much) == 0
        await much.send("identify", {"token": host.key("$token:alice")})
        error = await much.next("ack", "error")
        assert (error["d"]["code"], error["d"]["after_ms"] > 1_000_000) == ("rate", True)


@pytest.mark.parametrize(
    ("t", "more"),
    [("history", {}), ("read", {"seq": 1}), ("viewing", {}), ("typing", {"on": True}), ("macro", {"macro": "m"})],
)
async def test_an_agents_glances_have_a_limit(of_agents: Host, t: str, more: Json) -> None:
    host, name = of_agents, f"glances-at-{t}"
    now = datetime.now(UTC)
    add_agent(host.application.journal, NewAgent("star", name, "agent", name), name, now)
    desk = Desk(host, token=log_in(host.application.journal, name, name, name, now).token)
    async with await come(host) as buyer, desk as lin:
        about = {"conversation": (await buyer.say("你好"))[0]["d"]["conversation"], **more}
        await lin.opened()
        await lin.send("presence", {"state": "online"})
        key = await lin.send(t, about)
        error = await lin.next("error")
        assert (error["re"], error["d"]["code"], error["d"]["after_ms"] > 10_000) == (key, "rate", True)


async def test_a_buyer_has_so_many_pages_open_and_no_more(open_host: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buyer_link, "MOST_PAGES", 2)
    host = open_host()
    async with await come(host) as first:
        visitor = (await first.next("welcome"))["d"]["visitor"]
        async with await come(host, visitor=visitor) as second, await come(host, visitor=visitor) as third:
            assert (await second.next("welcome", "error"))["t"] == "welcome"
            assert (await third.next("welcome", "error"))["d"]["code"] == "rate"
            assert await third.closed() == 4429
    async with await come(host, visitor=visitor) as again:
        assert (await again.next("welcome", "error"))["t"] == "welcome"


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
