from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from support.chat.frames import MAX_FRAME_BYTES
from tests.running import Buyer, RunningServer
from ticketing.ids import new_id

GUEST = ("SC20260228001", "lamp-14")


async def opened(buyer: Buyer) -> dict[str, Any]:
    welcome = await buyer.next("welcome", "error")
    await buyer.next("synced")
    return dict(welcome["d"])


async def test_a_visitor_is_welcomed_asks_and_is_answered_once(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        welcome = await opened(buyer)
        assert welcome["resume"] == "reset"
        assert welcome["me"] == {"kind": "visitor", "id": welcome["me"]["id"], "name": None, "verified": False}
        ack, done = await buyer.say("付款后多久发货？")
        kinds = [frame["t"] for frame in buyer.frames]
        assert kinds.index("ack") < kinds.index("message") < kinds.index("delta") < kinds.index("done")
        assert {"step", "delta"} <= set(kinds)
        message = done["d"]["message"]
        assert done["d"]["re"] == ack["re"]
        assert (message["seq"], message["generated_by"], message["author"]["kind"]) == (2, "rules", "assistant")
        deltas = [frame["d"] for frame in buyer.frames if frame["t"] == "delta"]
        assert [delta["i"] for delta in deltas] == list(range(len(deltas)))
        assert {delta["message"] for delta in deltas} == {message["id"]}
        assert message["citations"][0]["quote"]
        cursors = [frame["n"] for frame in buyer.frames if "n" in frame]
        assert cursors == sorted(set(cursors))


async def test_a_reconnect_replays_exactly_what_was_missed(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        welcome = await opened(buyer)
        ack, first = await buyer.say("你好")
        conversation = ack["d"]["conversation"]
        again = Buyer(server, visitor=welcome["visitor"], cursor=first["n"], epoch=welcome["epoch"])
        await buyer.say("可以用支付宝吗", conversation)
        seen = [(f["n"], f["t"], f["d"]) for f in buyer.frames if f.get("n", 0) > first["n"]]
    async with again:
        assert (await opened(again))["resume"] == "ok"
        replayed = [(f["n"], f["t"], f["d"]) for f in again.frames if "n" in f["d"] is False or "n" in f]
        assert replayed == seen
    fresh = Buyer(server, visitor=welcome["visitor"])
    async with fresh:
        await opened(fresh)
        snapshot = next(f["d"] for f in fresh.frames if f["t"] == "snapshot")
        [only] = snapshot["conversations"]
        assert [m["seq"] for m in only["messages"]] == [1, 2, 3, 4]
        assert only["messages"][-1]["id"] == seen[-1][2]["message"]["id"]


async def test_a_cursor_of_another_life_is_a_reset(server: RunningServer) -> None:
    for hello in ({"cursor": 10**9}, {"cursor": 0, "epoch": "another"}):
        async with Buyer(server, **hello) as buyer:
            assert (await opened(buyer))["resume"] == "reset"


async def test_two_tabs_hear_the_same(server: RunningServer) -> None:
    async with Buyer(server) as first:
        welcome = await opened(first)
        async with Buyer(server, visitor=welcome["visitor"]) as second:
            await opened(second)
            _, done = await first.say("你好")
            heard = await second.next("done")
            assert heard == done


async def test_the_same_id_is_acked_alike_and_has_one_effect(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        key = new_id()
        ack, _ = await buyer.say("你好", id=key)
        await buyer.send("say", {"conversation": "new", "text": "你好", "attachments": []}, key)
        repeated = await buyer.next("ack", "error")
        assert repeated["d"] == ack["d"]
        await buyer.send("say", {"conversation": "new", "text": "别的", "attachments": []}, key)
        assert (await buyer.next("ack", "error"))["d"]["code"] == "id_reused"
        await buyer.send("history", {"conversation": ack["d"]["conversation"]})
        page = (await buyer.next("page"))["d"]
        assert [m["seq"] for m in page["messages"]] == [1, 2]
        assert page["has_more"] is False


async def test_many_at_once_with_one_id_are_one_message(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        key = new_id()
        for _ in range(30):
            await buyer.send("say", {"conversation": "new", "text": "你好", "attachments": []}, key)
        acks = [await buyer.next("ack") for _ in range(30)]
        assert len({json.dumps(ack["d"], sort_keys=True) for ack in acks}) == 1


async def test_one_conversations_messages_are_answered_in_order(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, _ = await buyer.say("你好")
        keys = [
            await buyer.send("say", {"conversation": ack["d"]["conversation"], "text": text, "attachments": []})
            for text in ("可以用支付宝吗", "谢谢", "付款后多久发货", "再见")
        ]
        answered = [(await buyer.next("done"))["d"] for _ in keys]
        assert [done["re"] for done in answered] == keys
        seqs = [f["d"]["message"]["seq"] for f in buyer.frames if f["t"] in {"message", "done"}]
        assert sorted(seqs) == list(range(1, 11))


@pytest.mark.parametrize("shop", ["nowhere", "../star"])
async def test_an_unknown_shop_is_refused(server: RunningServer, shop: str) -> None:
    async with Buyer(server, shop=shop) as buyer:
        assert (await buyer.next("error"))["d"]["code"] == "not_found"
        assert await buyer.closed() == 4403


def signed(secret: str, **claims: object) -> str:
    soon = datetime.now(UTC) + timedelta(minutes=5)
    return jwt.encode({"aud": "star", "sub": "alice", "exp": soon} | claims, secret, algorithm="HS256")


async def test_expired_foreign_and_long_lived_tokens_are_refused(server: RunningServer) -> None:
    secret = "another shop's secret of a decent length"
    async with Buyer(server, token=signed(secret)) as buyer:
        assert (await buyer.next("error"))["d"]["code"] == "auth"
        assert await buyer.closed() == 4403
    none = jwt.encode({"aud": "star", "sub": "alice", "exp": 2**33}, "", algorithm="none")
    async with Buyer(server, token=none) as buyer:
        assert await buyer.closed() == 4403
    async with Buyer(server, token="not a token") as buyer:
        assert await buyer.closed() == 4403


async def test_a_signed_buyer_sees_own_orders_and_never_anothers(server: RunningServer) -> None:
    async with Buyer(server, token=server.token("alice")) as buyer:
        welcome = await opened(buyer)
        assert welcome["me"] == {"kind": "buyer", "id": "alice", "name": None, "verified": True}
        _, mine = await buyer.say("查一下我的订单 SC20261118001")
        assert [p["number"] for p in mine["d"]["message"]["parts"] if p["type"] == "order"] == ["SC20261118001"]
        _, bobs = await buyer.say("查一下我的订单 SC20261110001")
        _, nobodys = await buyer.say("查一下我的订单 SC20261110999")
        texts = [done["d"]["message"]["text"].replace("SC20261110001", "N").replace("SC20261110999", "N")
                 for done in (bobs, nobodys)]  # fmt: skip
        assert texts[0] == texts[1]
        assert "review" not in json.dumps(bobs)


async def test_identify_carries_the_open_conversation_over(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, _ = await buyer.say("你好")
        key = await buyer.send("identify", {"token": server.token("carol")})
        assert (await buyer.next("ack", "error"))["re"] == key
        snapshot = (await buyer.next("snapshot"))["d"]
        assert snapshot["me"]["id"] == "carol"
        assert ack["d"]["conversation"] in [one["id"] for one in snapshot["conversations"]]
        await buyer.next("synced")
        _, done = await buyer.say("SC20261116001 这个订单怎么回事", ack["d"]["conversation"])
        assert any(part["type"] == "order" for part in done["d"]["message"]["parts"])


async def test_twenty_wrong_proofs_end_in_a_wait_and_a_right_one_is_not_told_apart(server: RunningServer) -> None:
    number, proof = GUEST
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, _ = await buyer.say(f"查订单 {number}")
        conversation = ack["d"]["conversation"]
        texts = []
        for i in range(20):
            _, done = await buyer.say(f"查询密码：wrong-{i}", conversation)
            texts.append(done["d"]["message"]["text"])
            assert not any(part["type"] == "order" for part in done["d"]["message"]["parts"])
        assert len(set(texts[:5])) == 1
        assert "分钟后再试" in texts[-1]
        _, done = await buyer.say(f"查询密码：{proof}", conversation)
        assert not any(part["type"] == "order" for part in done["d"]["message"]["parts"])


async def test_a_megabyte_malformed_and_unknown_frames_leave_the_socket(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        await buyer.raw('{"v":1,"t":"say","id":"1","d":{"text":"' + "x" * 2**20 + '"}}')
        assert (await buyer.next("error"))["d"]["code"] == "too_large"
        await buyer.raw("{broken")
        assert (await buyer.next("error"))["d"]["code"] == "bad_frame"
        await buyer.send("dance", {})
        _, done = await buyer.say("你好")
        assert done
        for _ in range(4):
            await buyer.raw("nonsense")
        assert await buyer.closed() == 4400


@pytest.mark.parametrize("text", ["😀😀😀", "\u200b\u200d\ufeff", "你\u200b好", "𠮷野家 ٱلسَّلَامُ", "\u0000\u0007bell"])
async def test_emoji_and_invisible_signs_are_answered(server: RunningServer, text: str) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, done = await buyer.say(text)
        assert ack["t"] == "ack"
        assert done["d"]["message"]["text"]


async def test_blank_text_is_refused_and_keeps_nothing(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        await buyer.send("say", {"conversation": "new", "text": "  ", "attachments": []})
        assert (await buyer.next("error"))["d"]["code"] == "bad_frame"


async def test_a_foreign_conversation_is_missing_for_every_command(server: RunningServer) -> None:
    async with Buyer(server) as mine, Buyer(server) as other:
        await opened(mine)
        await opened(other)
        ack, done = await mine.say("你好")
        key, message = ack["d"]["conversation"], done["d"]["message"]["id"]
        for t, d in (
            ("say", {"conversation": key, "text": "x", "attachments": []}), ("history", {"conversation": key}),
            ("handoff", {"conversation": key}), ("read", {"conversation": key, "seq": 1}),
            ("act", {"conversation": key, "message": message, "action": "choose", "value": "human"}),
            ("typing", {"conversation": key, "on": True}),
        ):  # fmt: skip
            await other.send(t, d)
            assert (await other.next("error", "ack", "page"))["d"]["code"] == "not_found", t


async def test_handoff_opens_one_ticket_and_says_when(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, _ = await buyer.say("你好")
        conversation = ack["d"]["conversation"]
        await buyer.send("handoff", {"conversation": conversation, "reason": "human"})
        await buyer.next("ack")
        said = await buyer.next("message")
        assert [part["type"] for part in said["d"]["message"]["parts"]] == ["handoff", "ticket"]
        stages = [frame["d"]["stage"] for frame in buyer.frames if frame["t"] == "handoff"]
        assert stages == ["requested", "queued"]
        state = [frame["d"]["state"] for frame in buyer.frames if frame["t"] == "conversation"]
        assert state[-1] == "waiting"
        await buyer.send("handoff", {"conversation": conversation})
        await buyer.next("message")
        assert len([frame for frame in buyer.frames if frame["t"] == "ticket"]) == 1
        _, still = await buyer.say("可以用支付宝吗", conversation)
        assert still["d"]["message"]["citations"]


async def test_a_card_is_used_once(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, done = await buyer.say("我要退款")
        conversation, message = ack["d"]["conversation"], done["d"]["message"]
        form = next(part for part in message["parts"] if part["type"] == "form")
        assert [field["kind"] for field in form["fields"]] == ["text", "secret"]
        value = {"order.number": "sc20261118001", "order.proof": "lotus-2026"}
        act = {"conversation": conversation, "message": message["id"], "action": "submit", "value": value}
        await buyer.send("act", act)
        await buyer.next("ack")
        answer = (await buyer.next("done"))["d"]["message"]
        decision = next(part for part in answer["parts"] if part["type"] == "decision")
        assert (decision["verdict"], decision["outcome"]["refund"]["amount"]) == ("grant", "49.00")
        assert len(decision["digest"]) == 64
        patch = next(frame["d"] for frame in buyer.frames if frame["t"] == "message.patch")
        assert next(part for part in patch["parts"] if part["type"] == "form")["used"] is True
        await buyer.send("act", act)
        assert (await buyer.next("error", "ack"))["d"]["code"] == "conflict"
        confirm = next(part for part in answer["parts"] if part["type"] == "confirm")
        yes = {"conversation": conversation, "message": answer["id"], "action": "confirm", "value": confirm["id"]}
        await buyer.send("act", yes)
        after = (await buyer.next("done"))["d"]["message"]
        assert [part["queue"] for part in after["parts"] if part["type"] == "ticket"] == ["refunds"]
        assert "lotus-2026" not in json.dumps(buyer.frames)


async def test_a_number_that_is_none_however_long_and_strange_is_answered(server: RunningServer) -> None:
    rng = random.Random(1)
    odd = "".join(chr(rng.randint(0x4E00, 0x9FFF)) for _ in range(3000)) + "\x00\u202e"
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, done = await buyer.say("我要退款\x00")
        value = {"order.number": odd, "order.proof": f"wrong\x00{odd}"}
        message, place = done["d"]["message"]["id"], ack["d"]["conversation"]
        act = {"conversation": place, "message": message, "action": "submit", "value": value}
        key = await buyer.send("act", act)
        assert (await buyer.next("ack", "error"))["t"] == "ack"
        done = await buyer.next("done")
        assert (done["d"]["re"], done["d"]["message"]["generated_by"]) == (key, "rules")


async def test_a_page_of_another_origin_must_be_named_by_the_shop(server: RunningServer) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        async with Buyer(server, origin=origin) as buyer:
            assert (await buyer.next("error"))["d"]["code"] == "forbidden"
            assert await buyer.closed() == 4403
    for origin in ("http://localhost:8000", server.base):
        async with Buyer(server, origin=origin) as buyer:
            assert (await opened(buyer))["resume"] == "reset"


async def test_a_client_of_other_protocols_only_is_refused(server: RunningServer) -> None:
    for offered, code in ((["anxin.v9"], 4426), (["chat", "anxin.v2"], 4426)):
        async with Buyer(server, shop="", subprotocols=offered) as buyer:
            assert await buyer.closed() == code
    for both in (["anxin.v9", "anxin.v1"], None):
        async with Buyer(server, subprotocols=both) as buyer:
            assert (await opened(buyer))["resume"] == "reset"


async def test_a_buyer_who_sends_an_agents_frame_is_told_no(server: RunningServer) -> None:
    async with Buyer(server) as buyer:
        await opened(buyer)
        ack, _ = await buyer.say("转人工")
        for kind in ("claim", "takeover", "note", "resolve", "viewing", "presence", "decide"):
            await buyer.send(kind, {"conversation": ack["d"]["conversation"], "text": "x", "state": "online"})
            assert (await buyer.next("error", "ack"))["d"]["code"] == "forbidden"


async def test_no_hello_closes_whatever_else_is_said(server: RunningServer) -> None:
    async with Buyer(server, shop="") as silent, Buyer(server, shop="") as other, asyncio.timeout(60):
        started = asyncio.get_running_loop().time()
        chatter = asyncio.create_task(_chatter(other))
        assert set(await asyncio.gather(silent.closed(), other.closed())) == {4408}
        assert asyncio.get_running_loop().time() - started > 4
        await asyncio.wait([chatter])


async def _chatter(buyer: Buyer) -> None:
    """Say what is too large each second, until nobody listens."""
    with suppress(ConnectionClosed):
        while True:
            await buyer.raw("x" * (MAX_FRAME_BYTES + 1))
            await asyncio.sleep(1)
