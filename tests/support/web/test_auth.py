from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.running import RunningServer

SESSION = "/api/v1/agent/session"
PROBLEM = "application/problem+json"


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.base, timeout=60) as client:
        yield client


def test_a_login_gives_a_token_that_says_who_it_is_until_it_is_ended(client: httpx.Client) -> None:
    given = client.post(SESSION, json={"name": "Lin", "password": "star-desk-lin"})
    body = given.json()
    assert given.status_code == 200
    assert body["agent"] == {
        "id": body["agent"]["id"], "name": "lin", "display_name": "林晓 Lin", "role": "senior", "shop": "star",
        "languages": ["zh-CN", "en"],
    }  # fmt: skip
    ends = datetime.fromisoformat(body["expires_at"])
    assert timedelta(hours=11, minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=12)
    bearer = {"Authorization": f"Bearer {body['token']}"}
    assert client.get(SESSION, headers=bearer).json() == body["agent"]
    assert client.delete(SESSION, headers=bearer).status_code == 204
    assert client.get(SESSION, headers=bearer).status_code == 401
    assert client.delete(SESSION, headers=bearer).status_code == 204


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nothing", "Bearer star.x", "Basic bGluOng=", "Bearer ."])
def test_without_a_session_nobody_is_an_agent(client: httpx.Client, header: str) -> None:
    refused = client.get(SESSION, headers={"Authorization": header} if header else {})
    assert (refused.status_code, refused.headers["content-type"]) == (401, PROBLEM)
    assert refused.headers["www-authenticate"] == "Bearer"


def test_a_buyers_token_is_no_session(client: httpx.Client, server: RunningServer) -> None:
    refused = client.get(SESSION, headers={"Authorization": f"Bearer {server.token('alice')}"})
    assert refused.status_code == 401


def test_wrong_name_and_wrong_password_read_alike_and_the_sixth_waits(client: httpx.Client) -> None:
    answers = [client.post(SESSION, json={"name": "zhou", "password": "wrong password"}) for _ in range(6)]
    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 601
    assert answers[-1].headers["content-type"] == PROBLEM
    known = client.post(SESSION, json={"name": "chen", "password": "wrong password"})
    assert known.content == answers[0].content


@pytest.mark.parametrize("body", ["{}", '{"name": "lin"}', '{"name": 1, "password": 2}', "[]", "nonsense",
                                  '{"name": "\\ud800", "password": "12345678"}'])  # fmt: skip
def test_a_login_that_is_none_is_refused(client: httpx.Client, body: str) -> None:
    refused = client.post(SESSION, content=body, headers={"Content-Type": "application/json"})
    assert (refused.status_code, refused.headers["content-type"]) == (422, PROBLEM)


def test_the_demo_says_how_its_agents_log_in(client: httpx.Client) -> None:
    demo = client.get("/api/v1/demo").json()
    roles = [client.post(SESSION, json=login).json()["agent"]["role"] for login in demo["agents"]]
    assert roles == ["senior", "agent", "senior"], "what one senior asks for, another approves"
    assert demo["agent"] == demo["agents"][0]
