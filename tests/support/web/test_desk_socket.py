from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from support.chat.frames import COMMANDS
from tests.running import Buyer, Desk, Json, RunningServer
from tests.support.service.small_shop import files

FIELDS: Json = {
    "text": "x", "if_rev": None, "macro": "m", "to": "x", "until": "2099-01-01T00:00:00Z", "note": "", "seq": 1,
    "message": "m", "on": True, "resolution": "", "attachments": [],
}  # fmt: skip
"""What any command about a conversation takes; each overlooks what is not its own."""


async def asking(buyer: Buyer) -> str:
    """A buyer asks for a person; the conversation."""
    await buyer.next("synced")
    ack, _ = await buyer.say("转人工")
    return str(ack["d"]["conversation"])


def durable(frames: list[Json]) -> list[tuple[int, str, Json]]:
    return [(frame["n"], frame["t"], frame["d"]) for frame in frames if "n" in frame]


@pytest.fixture(scope="module")
def hired(server: RunningServer) -> str:
    """An agent's name whom the command line made; its password."""
    done = server.anxin("agent", "add", "hired", "--shop", "star", "--role", "agent", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["password"])


async def test_a_dispute_goes_through_a_persons_hands(server: RunningServer) -> None:
    async with Desk(server, "lin") as lin, Desk(server, "chen") as chen, Buyer(server) as buyer:
        welcome = await lin.opened()
        assert welcome["me"] == {
            "kind": "agent", "id": welcome["me"]["id"], "name": "林晓 Lin", "role": "senior", "verified": True,
        }  # fmt: skip
        snapshot = next(frame["d"] for frame in lin.frames if frame["t"] == "snapshot")
        assert {"me", "agents", "queue", "counts"} <= snapshot.keys()
        assert {"id", "name", "role", "presence", "load", "capacity"} <= snapshot["agents"][0].keys()
        await chen.opened()
        conversation = await asking(buyer)
        claimed = await lin.do("claim", conversation=conversation, if_rev=None)
        assert (claimed["t"], claimed["d"]["state"]) == ("ack", "human")
        lost = await chen.do("claim", conversation=conversation, if_rev=None)
        assert (lost["d"]["code"], lost["d"]["current"]["assignee"]["name"]) == ("conflict", "林晓 Lin")
        said = await lin.do("say", conversation=conversation, text="您好，我来处理。")
        while (heard := await buyer.next("message"))["d"]["message"]["id"] != said["d"]["message"]["id"]:
            pass
        assert heard["d"]["message"]["author"] == {"kind": "agent", "name": "林晓 Lin"}
        await lin.do("note", conversation=conversation, text="买家很着急 lotus")
        assert (await chen.next("note"))["d"]["note"]["text"] == "买家很着急 lotus"
        await buyer.send("say", {"conversation": conversation, "text": "谢谢", "attachments": []})
        await buyer.next("ack")
        await lin.next("suggest")
        resolved = await lin.do("resolve", conversation=conversation, resolution="补发 lotus", if_rev=None)
        assert resolved["d"]["state"] == "resolved"
        while (asked := (await buyer.next("message"))["d"]["message"])["author"]["kind"] != "system":
            pass
        key = await buyer.send("rate", {"conversation": conversation, "score": 5, "tags": ["快"], "comment": "好"})
        assert (await buyer.next("ack", "error"))["re"] == key
        assert (await chen.next("rated"))["d"]["rating"]["score"] == 5
        await buyer.next("rated")
        heard_by_buyer = {frame["t"] for frame in buyer.frames}
        assert not heard_by_buyer & {"note", "suggest", "feedback", "presence", "viewing"}
        assert "lotus" not in json.dumps(buyer.frames, ensure_ascii=False)
        assert asked["seq"] > 0


async def test_an_agent_who_comes_back_gets_exactly_what_was_missed_of_both_audiences(server: RunningServer) -> None:
    async with Desk(server, "lin") as lin, Desk(server, "chen") as chen, Buyer(server) as buyer:
        welcome, _ = await lin.opened(), await chen.opened()
        conversation = await asking(buyer)
        await chen.do("claim", conversation=conversation, if_rev=None)
        await chen.do("note", conversation=conversation, text="内部")
        await chen.do("say", conversation=conversation, text="您好")
        last = await chen.do("giveback", conversation=conversation, if_rev=None)
        assert last["t"] == "ack"
        await lin.do("note", conversation=conversation, text="最后")
        await lin.next("note")
        seen = durable(lin.frames)
    again = Desk(server, "lin", cursor=welcome["n"], epoch=welcome["epoch"])
    async with again:
        assert (await again.opened())["resume"] == "ok"
        assert durable(again.frames)[: len(seen)] == seen
        assert not any(frame["t"] == "snapshot" for frame in again.frames)
        assert [d["note"]["text"] for _, t, d in seen if t == "note"] == ["内部", "最后"]
    async with Desk(server, "lin", cursor=10**9) as lost:
        assert (await lost.opened())["resume"] == "reset"


async def test_colleagues_see_who_is_here_who_looks_and_who_writes(server: RunningServer) -> None:
    async with Desk(server, "lin") as lin, Buyer(server) as buyer:
        me = (await lin.opened())["me"]
        conversation = await asking(buyer)
        chen = Desk(server, "chen")
        async with chen:
            other = (await chen.opened())["me"]
            while (news := (await lin.next("presence"))["d"])["agent"]["id"] != other["id"]:
                pass
            assert news == {"agent": {"id": other["id"], "name": "陈默 Chen"}, "state": "online", "load": news["load"]}
            await chen.send("viewing", {"conversation": conversation})
            seen = (await lin.next("viewing"))["d"]
            assert seen == {"conversation": conversation, "agents": [{"id": other["id"], "name": "陈默 Chen"}]}
            await chen.send("presence", {"state": "away"})
            assert (await lin.next("presence"))["d"]["state"] == "away"
            await chen.do("claim", conversation=conversation, if_rev=None)
            assert (await lin.next("presence"))["d"]["load"] == news["load"] + 1
            await chen.send("typing", {"conversation": conversation, "on": True})
            assert (await lin.next("typing"))["d"]["by"] == {"kind": "agent", "id": other["id"], "name": "陈默 Chen"}
            await chen.do("say", conversation=conversation, text="您好")
            await chen.send("typing", {"conversation": conversation, "on": True})
            assert (await buyer.next("typing"))["d"] == {"conversation": conversation, "on": True, "name": "陈默 Chen"}
            await buyer.send("typing", {"conversation": conversation, "on": True})
            while (by := (await lin.next("typing"))["d"]["by"])["kind"] != "buyer":
                pass
            assert by["name"].startswith("访客 ")
        assert (await lin.next("viewing"))["d"] == {"conversation": conversation, "agents": []}
        assert (await lin.next("presence"))["d"]["state"] == "offline"
        typing = [frame["d"] for frame in buyer.frames if frame["t"] == "typing"]
        assert len(typing) == 1, "a buyer sees typing only of an agent who has joined"
        assert me["id"] not in json.dumps(typing)


async def test_a_desk_that_breaks_off_is_seen_to_be_gone_and_one_that_resumes_hears_who_is(
    server: RunningServer,
) -> None:
    async with Desk(server, "lin") as lin:
        welcome = await lin.opened()
        async with Desk(server, "chen") as chen:
            other = (await chen.opened())["me"]["id"]
            while (news := (await lin.next("presence"))["d"])["agent"]["id"] != other or news["state"] != "online":
                pass
            assert lin.socket is not None
            assert chen.socket is not None
            lin.socket.transport.abort()  # no goodbye, as when a machine falls asleep
            async with Desk(server, "lin", cursor=welcome["n"], epoch=welcome["epoch"]) as again:
                assert (await again.opened())["resume"] == "ok"
                while (news := (await again.next("presence"))["d"])["agent"]["id"] != other:
                    pass
                assert news["state"] == "online"
                chen.socket.transport.abort()
                while (news := (await again.next("presence"))["d"])["agent"]["id"] != other:
                    pass
                assert news["state"] == "offline"


async def test_the_assistants_steps_reach_the_desk_that_looks(server: RunningServer) -> None:
    async with Desk(server, "lin") as lin, Desk(server, "chen") as chen, Buyer(server) as buyer:
        await lin.opened()
        await chen.opened()
        conversation = await asking(buyer)
        await lin.send("viewing", {"conversation": conversation})
        await lin.next("viewing")
        before = len(chen.frames)
        await buyer.say("付款后多久发货？", conversation)
        await lin.next("done")
        await chen.next("done")
        kinds = {frame["t"] for frame in lin.frames if frame["d"].get("conversation") == conversation}
        assert {"step", "delta"} <= kinds
        assert not {"step", "delta"} & {frame["t"] for frame in chen.frames[before:]}


@pytest.mark.parametrize("token", [None, "", "star.nothing", "nothing", "\ud7ff"])
async def test_without_a_session_nobody_is_an_agent(server: RunningServer, token: str | None) -> None:
    async with Buyer(server, role="agent", token=token) as desk:
        assert (await desk.next("error"))["d"]["code"] == "auth"
        assert await desk.closed() == 4401


async def test_a_buyers_token_is_no_agents_and_an_agents_no_buyers(server: RunningServer) -> None:
    async with Buyer(server, role="agent", token=server.token("alice")) as desk:
        assert await desk.closed() == 4401
    async with Buyer(server, token=server.login("lin")) as buyer:
        assert (await buyer.next("error"))["d"]["code"] == "auth"
        assert await buyer.closed() == 4403


async def test_a_foreign_page_cannot_open_the_desk_though_the_shop_names_it(server: RunningServer) -> None:
    token = server.login("lin")
    for origin in ("http://localhost:8000", "https://evil.example", "null"):
        async with Buyer(server, role="agent", token=token, origin=origin) as desk:
            assert (await desk.next("error"))["d"]["code"] == "forbidden"
            assert await desk.closed() == 4403
    async with Desk(server, token=token, origin=server.base) as desk:
        assert (await desk.opened())["me"]["kind"] == "agent"


async def test_who_logs_out_or_is_removed_loses_the_socket(server: RunningServer, hired: str) -> None:
    token = server.login("chen")
    async with Desk(server, token=token) as chen:
        await chen.opened()
        async with httpx.AsyncClient(base_url=server.base, headers={"Authorization": f"Bearer {token}"}) as client:
            assert (await client.delete("/api/v1/agent/session")).status_code == 204
        assert await chen.closed() == 4401
        assert chen.frames[-1]["d"]["code"] == "auth"
    async with Desk(server, token=server.login("hired", hired)) as desk:
        await desk.opened()
        done = server.anxin("agent", "remove", "hired")
        assert done.returncode == 0, done.stderr
        assert await desk.closed() == 4401


@pytest.fixture(scope="module")
def small(server: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Another shop on the same server; its agent's password."""
    folder: Path = tmp_path_factory.mktemp("shops") / "small"
    for name, content in files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    assert server.anxin("shop", "import", str(folder)).returncode == 0
    done = server.anxin("agent", "add", "foreign", "--shop", "small", "--role", "admin", "--json")
    return str(json.loads(done.stdout)["password"])


async def test_a_foreign_shops_agent_sees_and_moves_nothing_of_ours(server: RunningServer, small: str) -> None:
    token = server.login("foreign", small)
    async with Desk(server, token=token, shop="star") as intruder:
        assert (await intruder.next("error"))["d"]["code"] == "auth"
        assert await intruder.closed() == 4401
    async with Desk(server, token=token, shop="small") as foreign, Buyer(server) as buyer:
        await foreign.opened()
        snapshot = next(frame["d"] for frame in foreign.frames if frame["t"] == "snapshot")
        assert [agent["name"] for agent in snapshot["agents"]] == ["foreign"]
        assert snapshot["queue"] == []
        conversation = await asking(buyer)
        for kind in (kind for kind, shape in COMMANDS["agent"].items() if "conversation" in shape.__struct_fields__):
            answer = await foreign.do(kind, conversation=conversation, **FIELDS)
            assert answer["d"]["code"] == "not_found", kind
        assert durable(foreign.frames) == []
        assert conversation not in json.dumps([f for f in foreign.frames if f["t"] not in {"error"}])


async def test_a_name_that_the_page_gives_is_shown_as_unverified_and_opens_nothing(server: RunningServer) -> None:
    async with Buyer(server) as buyer, Desk(server, "lin") as lin:
        await lin.opened()
        await buyer.next("synced")
        context = {"user": "  小明\x00 林晓  " + "长" * 99, "order": None}
        await buyer.send("say", {"conversation": "new", "text": "转人工", "context": context})
        ack = await buyer.next("ack", "error")
        await buyer.next("done")
        token = server.login("lin")
        async with httpx.AsyncClient(base_url=server.base, headers={"Authorization": f"Bearer {token}"}) as http:
            told = (await http.get(f"/api/v1/desk/conversations/{ack['d']['conversation']}")).json()
            rows = (await http.get("/api/v1/desk/queue", params={"view": "waiting", "limit": 200})).json()["rows"]
        row = next(one for one in rows if one["conversation"]["id"] == ack["d"]["conversation"])
        for who in (told["buyer"], row["buyer"]):
            name, _, visitor = who["name"].rpartition(" · ")
            assert name.startswith("小明 林晓 长长")
            assert len(name) == 60
            assert visitor.startswith(("Visitor", "访客"))
            assert who["verified"] is False
