"""A channel of one's own: what other systems may say for whom, and what they read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.testclient import TestClient

from support.service import api_keys
from support.service.api_keys import Scope
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage import event_log

SAY = "/api/v1/messages"


def with_key(desk: Desk, *scopes: Scope, shop: str = "small") -> TestClient:
    _, text = desk.application.journal.write_now(
        lambda tx: api_keys.make(tx, shop, "bot", scopes, None, "server", "", NOW)
    )
    client = TestClient(desk.app)
    client.headers["Authorization"] = f"Bearer {text}"
    return client


@pytest.fixture(scope="module")
def bot(own: Desk) -> TestClient:
    return with_key(own, "messages:write", "conversations:read")


def say(bot: TestClient, once: str, text: str = "有货吗", who: Any = None, **more: Any) -> Any:
    body = {"buyer": who or {"id": "m1", "channel": "qq"}, "text": text} | more
    return bot.post(SAY, json=body, headers={"Idempotency-Key": once})


def test_a_member_goes_on_in_the_last_conversation_or_begins_one(bot: TestClient) -> None:
    who = {"id": "goes-on", "channel": "qq"}
    first, second = (say(bot, f"on-{n}", who=who).json() for n in range(2))
    assert [one["message"]["seq"] for one in (first, second)] == [1, 2]
    assert first["conversation"] == second["conversation"]
    other = say(bot, "on-new", who=who, conversation="new").json()
    assert other["conversation"] != first["conversation"]
    assert say(bot, "on-old", who=who, conversation=first["conversation"]).json()["message"]["seq"] == 3
    found = bot.get("/api/v1/conversations", params={"buyer": "goes-on", "channel": "qq", "limit": 1}).json()
    assert [one["id"] for one in found["conversations"]] == [other["conversation"]]
    after = {"buyer": "goes-on", "channel": "qq", "after": found["next"]}
    rest = bot.get("/api/v1/conversations", params=after).json()
    assert ([one["id"] for one in rest["conversations"]], rest["next"]) == ([first["conversation"]], None)
    assert rest["conversations"][0]["buyer"] == who


def test_one_key_says_it_once_however_often_and_how_many_at_once(bot: TestClient) -> None:
    who = {"id": "often", "channel": "qq"}
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: say(bot, "often", who=who), range(30)))
    assert {one.status_code for one in answers} <= {201, 429}
    assert len({one.text for one in answers if one.status_code == 201}) == 1
    (chat,) = bot.get("/api/v1/conversations", params={"buyer": "often", "channel": "qq"}).json()["conversations"]
    assert chat["seq"] == 1
    other = say(bot, "often", "something else", who)
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


def test_nobody_speaks_in_anothers_conversation_nor_without_a_key(own: Desk, bot: TestClient) -> None:
    mine = say(bot, "mine", who={"id": "a", "channel": "qq"}).json()["conversation"]
    for who in ({"id": "b", "channel": "qq"}, {"id": "a", "channel": "wx"}):
        assert say(bot, f"theirs-{who['channel']}", who=who, conversation=mine).status_code == 404
    foreign = with_key(own, "messages:write", "conversations:read", shop="star")
    assert say(foreign, "foreign", who={"id": "a", "channel": "qq"}, conversation=mine).status_code == 404
    assert foreign.get(f"/api/v1/conversations/{mine}").status_code == 404
    assert foreign.get(f"/api/v1/conversations/{mine}/messages").status_code == 404
    assert [say(one, "agent").status_code for one in (own.stranger, own.nobody)] == [403, 401]
    everybody = ("/api/v1/events", "/api/v1/events/stream")  # agents read one at a time, which is written down
    assert [own.stranger.get(path).status_code for path in everybody] == [403, 403]


def test_the_stores_own_buyer_needs_a_scope_of_its_own(own: Desk, bot: TestClient) -> None:
    refused = say(bot, "own", who={"id": "alice"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "buyers:act")
    may = with_key(own, "messages:write", "buyers:act")
    done = say(may, "own", who={"id": "alice"})
    assert done.status_code == 201, done.text
    chat = bot.get(f"/api/v1/conversations/{done.json()['conversation']}").json()
    assert chat["buyer"] == {"id": "alice", "channel": None}


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " \n"}, {"text": "x" * 4001}, {"who": {"id": ""}}, {"who": {"id": "a b", "channel": "qq"}},
        {"who": {"id": "a", "channel": "Q:Q"}}, {"conversation": "../x"},
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_with_its_place(bot: TestClient, wrong: dict[str, Any]) -> None:
    answer = say(bot, "wrong", **wrong)
    assert (answer.status_code, answer.json()["detail"].startswith("body.")) == (422, True)


def test_events_come_in_order_from_a_cursor_and_none_that_is_for_agents(own: Desk, bot: TestClient) -> None:
    since = bot.get("/api/v1/events").json()["next"]
    chat = say(bot, "events", who={"id": "ev", "channel": "qq"}).json()["conversation"]
    own.application.journal.write_now(
        lambda tx: event_log.append(tx, "small", "note", chat, "visitor:qq:ev", {"text": "x"}, NOW, "agents")
    )
    say(bot, "events-2", "第二条", {"id": "ev", "channel": "qq"})
    found = bot.get("/api/v1/events", params={"after": since, "conversation": chat}).json()
    assert [one["type"] for one in found["events"]] == ["conversation", "message", "message"]
    assert {one["buyer"]["id"] for one in found["events"]} == {"ev"}
    page = bot.get("/api/v1/events", params={"after": since, "limit": 2}).json()
    rest = bot.get("/api/v1/events", params={"after": page["next"], "limit": 2}).json()
    assert [one["data"]["message"]["text"] for one in rest["events"]] == ["第二条"]
    assert bot.get("/api/v1/events", params={"after": rest["next"]}).json() == {"events": [], "next": rest["next"]}
    newest = bot.get(f"/api/v1/conversations/{chat}/messages", params={"limit": 1}).json()
    assert ([one["seq"] for one in newest["messages"]], newest["next"]) == ([2], 2)
    earlier = bot.get(f"/api/v1/conversations/{chat}/messages", params={"before": newest["next"]}).json()
    assert ([one["seq"] for one in earlier["messages"]], earlier["next"]) == ([1], None)


def test_that_a_key_read_a_talk_is_kept_for_admins_and_the_buyer(own: Desk, bot: TestClient) -> None:
    chat = say(bot, "read", who={"id": "read-of", "channel": "qq"}).json()["conversation"]
    for _ in range(2):
        assert bot.get(f"/api/v1/conversations/{chat}/messages").status_code == 200
    looks = own.stranger.get("/api/v1/desk/privacy/looks", params={"person": "visitor:qq:read-of"}).json()["looks"]
    assert [(one["what"], one["subject"], one["agent"][:4]) for one in looks] == [("conversation", chat, "api:")]
