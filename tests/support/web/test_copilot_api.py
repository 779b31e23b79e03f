"""Beside the agent: a draft from the case with its sources, what becomes of it, and solved tickets like it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import Head
from support.assistant.turn import Assistant
from support.bootstrap import helper_of
from support.service.copilot import rewording
from support.service.feedback import export
from support.settings import Settings
from tests.support.assistant.endpoint import Endpoint
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


HEARD = {"Accept": "text/event-stream"}


def events(text: str) -> list[tuple[str, Json]]:
    """What was told while it came about."""
    blocks = (block.split("\n", 1) for block in text.removesuffix("\n\n").split("\n\n"))
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


@contextmanager
def model(desk: Desk, endpoint: Endpoint) -> Iterator[None]:
    """The desk with a language model."""
    found = Settings.alone(model="openai:m", model_base_url=endpoint.url)
    state, encoder = desk.app.state, universal_sentence_encoder()
    before = state.runtime
    assistant = Assistant(Head.load(), lambda text: encoder.embed_queries([text])[0], helper_of(found))
    state.runtime = replace(before, assistant=assistant)
    yield
    state.runtime = before


def shorter(given: Json) -> str:
    """What a good model makes of the opening, in either language."""
    change = (
        ("不需要再", "不用再")
        if given["language"].startswith("zh")
        else ("looking after this now", "looking after this")
    )
    return "".join(f"{n}| {line.replace(*change)}\n" for n, line in given["lines"].items())


def test_a_draft_is_told_sentence_by_sentence_and_is_what_was_told(desk: Desk, taken: str) -> None:
    *pieces, (last, made) = events(desk.lin.post(f"{API}/{taken}/suggestion", headers=HEARD).text)
    assert last == "done"
    assert len(pieces) > 1
    assert "".join(one["text"] for name, one in pieces if name == "piece") == made["text"]
    assert desk.get(f"conversations/{taken}")["suggestion"]["id"] == made["id"]
    refused = desk.chen.post(f"{API}/{taken}/suggestion", headers=HEARD)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict"), "before a word is told"


def test_a_rewriting_is_told_as_it_holds_and_can_be_taken_back(desk: Desk, taken: str) -> None:
    first, path = drafted(desk.lin, taken), f"{API}/{taken}/suggestion/rewriting"
    asked = {"suggestion": first["id"], "way": "shorter"}
    with Endpoint(write=shorter) as endpoint, model(desk, endpoint):
        *pieces, (last, made) = events(desk.lin.post(path, json=asked, headers=HEARD).text)
    assert (last, made["of"], made["way"]) == ("done", first["id"], "shorter")
    assert "".join(one["text"] for _, one in pieces).rstrip() == made["text"] != first["text"]
    back = desk.lin.delete(path, params={"suggestion": made["id"]})
    assert (back.json()["text"], "of" in back.json(), "way" in back.json()) == (first["text"], False, False)
    assert desk.lin.delete(path, params={"suggestion": made["id"]}).status_code == 409
    assert desk.lin.delete(path, params={"suggestion": back.json()["id"]}).status_code == 404, "nothing was before"
    asked["suggestion"] = back.json()["id"]
    with (
        Endpoint(write=lambda given: "".join(f"{n}| 一定全额退款\n" for n in given["lines"])) as lying,
        model(desk, lying),
    ):
        *_, (last, why) = events(desk.lin.post(path, json=asked, headers=HEARD).text)
    assert (last, why["status"], why["code"]) == ("problem", 422, "not_rewritten_checks")
    assert desk.get(f"conversations/{taken}")["suggestion"]["id"] == back.json()["id"], "the text stays"


def test_who_goes_ends_the_model_and_nothing_is_kept(desk: Desk, taken: str) -> None:
    first = drafted(desk.lin, taken)
    with Endpoint(between=0.05) as endpoint, model(desk, endpoint):
        pieces = rewording(desk.app.state.runtime.assistant, first, "shorter", "en")
        next(pieces)
        pieces.close()
        assert endpoint.given_up.wait(30)
    assert desk.get(f"conversations/{taken}")["suggestion"]["id"] == first["id"]


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
