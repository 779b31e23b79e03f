"""Beside the agent: a draft from the case with its sources, what becomes of it, and solved tickets like it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from support.service.feedback import export
from tests.support.web.desk_app import NOW, Desk

Json = dict[str, Any]
API = "/api/v1/desk/conversations"


def rows(desk: Desk, view: str) -> list[Json]:
    return list(desk.get("queue", view=view, limit=200)["rows"])


def of_reason(desk: Desk, reason: str, view: str = "waiting") -> Json:
    return next(row for row in rows(desk, view) if row["ticket"] and row["ticket"]["reason"] == reason)


@pytest.fixture(scope="module")
def taken(desk: Desk) -> str:
    """A conversation that lin has in hand."""
    return str(next(row for row in rows(desk, "mine") if row["conversation"]["state"] == "human")["conversation"]["id"])


def drafted(client: TestClient, conversation: str) -> Json:
    answer = client.post(f"{API}/{conversation}/suggestion")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_draft_quotes_its_sources_and_stands_until_it_is_put_aside(desk: Desk, taken: str) -> None:
    made = drafted(desk.lin, taken)
    assert made["basis"] in {"decided", "found", "missing", "person", "none"}
    for cited in made["citations"]:
        assert f"[{cited['n']}]" in made["text"]
        assert cited["title"]
        assert cited["quote"]
    assert desk.get(f"conversations/{taken}")["suggestion"]["id"] == made["id"]
    again = drafted(desk.lin, taken)
    stale = desk.lin.post(f"{API}/{taken}/suggestion/feedback", json={"suggestion": made["id"], "taken": True})
    assert (stale.status_code, stale.json()["current"]) == (409, {"suggestion": again["id"]})
    judged = {"suggestion": again["id"], "taken": False, "reason": "tone", "note": "打给我13812345678"}
    assert desk.lin.post(f"{API}/{taken}/suggestion/feedback", json=judged).status_code == 200
    assert desk.get(f"conversations/{taken}")["suggestion"] is None
    told = desk.application.journal.read_now(lambda tx: list(export(tx, "star", NOW - timedelta(minutes=1))))
    (kept,) = [row for row in told if row["kind"] == "suggestion"]
    assert (kept["taken"], kept["reason"], kept["note"], kept["basis"]) == (
        False,
        "tone",
        "打给我[phone]",
        again["basis"],
    )


def test_only_who_has_the_conversation_drafts(desk: Desk, taken: str) -> None:
    refused = desk.chen.post(f"{API}/{taken}/suggestion")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_without_a_model_nothing_is_rewritten_and_none_is_offered(desk: Desk, taken: str) -> None:
    assert desk.get(f"conversations/{taken}")["ways"] == []
    made = drafted(desk.lin, taken)
    asked = {"suggestion": made["id"], "way": "shorter"}
    refused = desk.lin.post(f"{API}/{taken}/suggestion/rewriting", params={"lang": "zh-CN"}, json=asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "not_rewritten_model")
    assert "模型" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("reason", "by"), [("chargeback", {"reason", "words"}), ("top_up_missing", {"product", "supplier", "words"})]
)
def test_solved_tickets_like_it_tell_how_they_ended(desk: Desk, reason: str, by: set[str]) -> None:
    row = of_reason(desk, reason)
    found = desk.get(f"conversations/{row['conversation']['id']}/similar")["similar"]
    assert by <= set(found[0]["by"])
    assert (found[0]["ticket"]["reason"] == reason) == ("reason" in by)
    assert found[0]["outcome"]["resolution"]
    assert all(one["ticket"]["state"] in {"resolved", "closed"} for one in found)
    assert row["ticket"]["number"] not in [one["ticket"]["number"] for one in found]


def test_another_shop_sees_nothing_of_it(desk: Desk) -> None:
    key = of_reason(desk, "top_up_missing")["conversation"]["id"]
    assert desk.stranger.get(f"{API}/{key}/similar").status_code == 404
    assert desk.stranger.post(f"{API}/{key}/suggestion").status_code == 404
    assert desk.nobody.get(f"{API}/{key}/similar").status_code == 401
