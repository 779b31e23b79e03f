"""Any worker serves any socket, and nothing is lost, doubled or out of order, whatever is killed."""

from __future__ import annotations

import asyncio
import json
import random
import signal
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.faults.load import talking
from tests.faults.seeds import seed
from tests.faults.spawner import SHOP, MortalServer, Spawner
from tests.faults.two_workers import Pair, all_is_well, buyer, degraded, desk, metrics, pair, until
from tests.postgres import Cluster
from tests.running import PATIENCE, Desk
from ticketing.ids import new_id

AT_ONCE = 1000
SOCKETS = 20


@pytest.fixture(scope="module")
def two(spawner: Spawner, postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with pair(spawner, postgres, tmp_path_factory.mktemp("two")) as both:
        yield both


async def test_a_buyer_and_an_agent_at_two_workers_hear_each_other_and_see_each_other_write(two: Pair) -> None:
    lin = two.token("lin")
    async with buyer(two.a) as page, desk(two.b, lin) as lins, desk(two.a, two.token("chen")) as chens:
        welcome = await page.next("welcome")
        for one in (lins, chens):
            await one.opened()
        while not _is_seen_online(chens, "Lin"):
            await chens.next("presence")
        ack, done = await page.say("怎么兑换礼品卡")
        chat = ack["d"]["conversation"]
        told = [await lins.next("message", "done") for _ in range(2)]
        assert [one["t"] for one in told] == ["message", "done"]
        assert told[1]["d"]["message"]["id"] == done["d"]["message"]["id"]
        assert (await lins.do("takeover", conversation=chat, if_rev=None))["t"] == "ack"
        await lins.send("viewing", {"conversation": chat})
        while not (await chens.next("viewing"))["d"]["agents"]:
            pass
        await lins.send("typing", {"conversation": chat, "on": True})
        assert (await page.next("typing"))["d"]["name"] == "Lin"
        assert (await lins.do("say", conversation=chat, text="您好，我是林", attachments=[]))["t"] == "ack"
        while (heard := await page.next("message"))["d"]["message"]["author"]["kind"] != "agent":
            pass
        assert (heard["d"]["message"]["text"], heard["d"]["message"]["seq"]) == ("您好，我是林", 4)
        await page.send("typing", {"conversation": chat, "on": True})
        assert (await lins.next("typing"))["d"]["by"]["kind"] == "buyer"
        async with buyer(two.b, visitor=welcome["d"]["visitor"], cursor=done["n"]) as elsewhere:
            assert (await elsewhere.next("welcome"))["d"]["resume"] == "ok"
            missed = [await elsewhere.next("message") for _ in range(2)]
            assert missed[-1]["n"] == heard["n"]


def _is_seen_online(desk: Desk, name: str) -> bool:
    """By what a desk was told when it opened, or since."""
    opened = [one for frame in desk.frames if frame["t"] == "snapshot" for one in frame["d"]["agents"]]
    since = [frame["d"] for frame in desk.frames if frame["t"] == "presence"]
    told = [(one["name"], one["presence"]) for one in opened] + [(one["agent"]["name"], one["state"]) for one in since]
    return (name, "online") in told


async def test_an_answer_is_heard_piece_by_piece_at_the_other_worker_and_then_whole(two: Pair) -> None:
    async with buyer(two.a) as page:
        welcome = await page.next("welcome")
        ack, _ = await page.say("你好")
        async with buyer(two.b, visitor=welcome["d"]["visitor"]) as other:
            await other.next("synced")
            await page.send("say", {"conversation": ack["d"]["conversation"], "text": "营业时间", "attachments": []})
            done = await other.next("done")
            pieces = [one["d"] for one in other.frames if one["t"] == "delta"]
            assert [one["i"] for one in pieces] == list(range(len(pieces))) != []
            assert "".join(one["text"] for one in pieces) == done["d"]["message"]["text"]


async def test_without_the_broker_each_says_so_and_both_still_hear_and_with_it_all_is_as_before(two: Pair) -> None:
    token = two.token("zhao")
    await asyncio.to_thread(two.broker.kill)
    try:
        await until(lambda: all("broker" in degraded(one) for one in two.both))
        async with buyer(two.a) as page, desk(two.b, token) as zhaos:
            await zhaos.opened()
            ack, done = await page.say("可以用微信支付吗")
            while (told := await zhaos.next("done"))["n"] != done["n"]:
                pass
            assert told["d"] == done["d"]
            assert (await zhaos.do("takeover", conversation=ack["d"]["conversation"], if_rev=None))["t"] == "ack"
            await zhaos.do("say", conversation=ack["d"]["conversation"], text="可以的", attachments=[])
            while (await page.next("message"))["d"]["message"]["text"] != "可以的":
                pass
    finally:
        await asyncio.to_thread(two.broker.start)
    await until(lambda: not any(map(degraded, two.both)))


async def test_one_id_sent_a_thousand_times_at_once_over_both_is_said_answered_and_ticketed_once(two: Pair) -> None:
    async with buyer(two.a) as first:
        visitor = (await first.next("welcome"))["d"]["visitor"]
        ack, _ = await first.say("你好")
    body = {"conversation": ack["d"]["conversation"], "text": "转人工", "attachments": []}
    frame = json.dumps({"v": 1, "t": "say", "id": new_id(), "d": body})
    hello = {"role": "buyer", "shop": SHOP, "locale": "zh-CN", "timezone": "Asia/Shanghai", "visitor": visitor}

    async def send(server: MortalServer) -> list[str]:
        acks: list[str] = []
        async with (
            asyncio.timeout(PATIENCE),
            connect(server.url, subprotocols=[Subprotocol("anxin.v1")], max_queue=None) as socket,
        ):
            await socket.send(json.dumps({"v": 1, "t": "hello", "d": hello}))
            for _ in range(AT_ONCE // SOCKETS):
                await socket.send(frame)
            while len(acks) < AT_ONCE // SOCKETS:
                told = json.loads(await socket.recv())
                assert told["t"] != "error", told
                acks += [json.dumps(told["d"])] if told["t"] == "ack" else []
        return acks

    told = await asyncio.gather(*(send(two.both[i % 2]) for i in range(SOCKETS)))
    assert len({one for acks in told for one in acks}) == 1
    engine = sa.create_engine(sa.make_url(two.url).set(drivername="postgresql+psycopg"))
    given = {"chat": ack["d"]["conversation"]}

    def count(query: str) -> int:
        with engine.connect() as connection:
            return int(connection.execute(sa.text(query), given).scalar_one())

    await until(lambda: count("SELECT count(*) FROM messages WHERE conversation = :chat") >= 4)
    assert count("SELECT count(*) FROM messages WHERE conversation = :chat AND text = '转人工'") == 1
    assert count("SELECT count(*) FROM messages WHERE conversation = :chat") == 4
    assert count("SELECT count(*) FROM tickets WHERE conversation = :chat") == 1
    engine.dispose()


async def test_either_tells_the_figures_of_both_and_of_the_record(two: Pair) -> None:
    async with buyer(two.a) as page, buyer(two.a) as other, buyer(two.b) as third:
        for one in (page, other, third):
            await one.next("synced")
        await page.say("转人工")
        await until(lambda: all(_sockets_told(worker) == [1, 2] for worker in two.both))
    text = metrics(two.b)
    assert sum(one.value for one in text["anxin_tickets"]) >= 1
    assert all(one.labels["shop"] == SHOP for one in text["anxin_tickets"])


def _sockets_told(worker: MortalServer) -> list[float]:
    return sorted(one.value for one in metrics(worker)["anxin_worker_sockets"])


async def test_a_worker_that_goes_says_goodbye_and_under_load_nothing_is_lost(two: Pair) -> None:
    """A rolling restart: one after the other is asked to stop and comes back, while buyers talk at both."""
    rng = random.Random(chosen := seed())
    async with talking(two.urls, rng, conversations=1, name="r") as load:
        for worker in two.both:
            await load.more(rng.randint(5, 15))
            assert await asyncio.to_thread(worker.stop, signal.SIGTERM) == -signal.SIGTERM, worker.log()
            await load.more(5)
            await asyncio.to_thread(worker.start)
            await asyncio.to_thread(worker.wait_ready)
        await all_is_well(two, load, chosen)


async def test_a_worker_killed_under_load_is_taken_over_and_so_is_the_broker(two: Pair) -> None:
    rng = random.Random(chosen := seed())
    async with talking(two.urls, rng, conversations=1, name="k") as load:
        for number in range(4):
            await load.more(rng.randint(1, 12))
            if number == 2:
                await asyncio.to_thread(two.broker.kill)
                await load.more(8)
                await asyncio.to_thread(two.broker.start)
                continue
            worker = two.both[number % 2]
            await asyncio.to_thread(worker.kill)
            await load.more(8)
            await asyncio.to_thread(worker.start)
        await all_is_well(two, load, chosen)
