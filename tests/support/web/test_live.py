from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import Buyer, Desk, Json, RunningServer

LONG = "付款后多久发货？"


@pytest.fixture(scope="module")
def slow(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server whose answers take their time."""
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("slow"), dirs_exist_ok=True)
    running = RunningServer(folder, ANXIN_STREAM_PAUSE_MS="400").start()
    yield running
    assert running.stop() == 0


async def opened(page: Buyer) -> Json:
    welcome = await page.next("welcome", "error")
    await page.next("synced")
    return dict(welcome["d"])


async def streaming(page: Buyer) -> tuple[Json, Json]:
    """Ask what has a long answer; its ack and the first piece."""
    await page.send("say", {"conversation": "new", "text": LONG, "attachments": []})
    return (await page.next("ack"))["d"], (await page.next("delta"))["d"]


def told(page: Buyer, *kinds: str) -> list[Json]:
    return [frame["d"] for frame in page.frames if frame["t"] in kinds]


async def test_a_page_that_comes_in_mid_answer_hears_all_of_it_once(slow: RunningServer) -> None:
    async with Buyer(slow) as first:
        welcome = await opened(first)
        ack, _ = await streaming(first)
        async with Buyer(slow, visitor=welcome["visitor"]) as second, Buyer(slow) as foreign:
            live = (await second.next("live"))["d"]
            done = await second.next("done")
            assert done == await first.next("done")
            await opened(foreign)
    whole = "".join(piece["text"] for piece in told(first, "delta"))
    assert (live["conversation"], live["message"]) == (ack["conversation"], done["d"]["message"]["id"])
    assert live["text"] + "".join(piece["text"] for piece in told(second, "delta")) == whole
    indexes = [piece["i"] for piece in told(second, "live", "delta")]
    assert indexes == list(range(live["i"], len(told(first, "delta"))))
    assert done["d"]["message"]["text"] == whole
    assert [frame["t"] for frame in second.frames].index("synced") < [f["t"] for f in second.frames].index("live")
    assert told(foreign, "live") == []


async def test_a_reconnect_with_a_cursor_takes_the_answer_up_and_an_old_one_is_not_told_again(
    slow: RunningServer,
) -> None:
    async with Buyer(slow) as page:
        welcome = await opened(page)
        await streaming(page)
        cursor = max(frame["n"] for frame in page.frames if "n" in frame)
    async with Buyer(slow, visitor=welcome["visitor"], cursor=cursor, epoch=welcome["epoch"]) as back:
        assert (await back.next("welcome"))["d"]["resume"] == "ok"
        assert (await back.next("live"))["d"]["text"]
        await back.next("done")
    async with Buyer(slow, visitor=welcome["visitor"]) as late:
        await opened(late)
        await late.send("history", {"conversation": told(back, "done")[0]["conversation"]})
        await late.next("page")
        assert told(late, "live", "delta") == []


async def test_a_desk_that_opens_the_conversation_reads_along(slow: RunningServer) -> None:
    async with Buyer(slow) as page, Desk(slow) as desk:
        await opened(page)
        await desk.opened()
        ack, first = await streaming(page)
        await desk.send("viewing", {"conversation": ack["conversation"]})
        live = (await desk.next("live"))["d"]
        await desk.next("done")
        assert live["message"] == first["message"]
        assert [piece["i"] for piece in told(desk, "delta")] == list(
            range(live["i"] + 1, live["i"] + 1 + len(told(desk, "delta")))
        )


async def test_a_stop_ends_the_answer_where_it_is_once_and_no_stranger_can(slow: RunningServer) -> None:
    async with Buyer(slow) as page, Buyer(slow) as stranger:
        await opened(page)
        await opened(stranger)
        ack, _ = await streaming(page)
        conversation = ack["conversation"]
        await stranger.send("stop", {"conversation": conversation})
        assert (await stranger.next("error"))["d"]["code"] == "not_found"
        await page.next("delta")
        await page.send("stop", {"conversation": conversation})
        message = (await page.next("done"))["d"]["message"]
        said = "".join(piece["text"] for piece in told(page, "delta"))
        assert message["text"] == said.rstrip()
        whole = (await page.say(LONG, conversation))[1]["d"]["message"]
        assert whole["text"].startswith(said)
        assert len(whole["text"]) > len(said)
        assert [one["re"] for one in told(page, "done")] == [
            frame["re"] for frame in page.frames if frame["t"] == "ack"
        ]
        assert (message["seq"], whole["seq"]) == (2, 4)
        await page.send("stop", {"conversation": conversation})
        assert (await page.say("你好", conversation))[1]["d"]["message"]["seq"] == 6
