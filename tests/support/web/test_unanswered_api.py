"""The desk reads what was not answered of its own shop, takes it off the list, and begins articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from support.service.ask import Question, ask
from tests.support.web.desk_app import NOW, Desk
from ticketing.storage.tables import unanswered

BASE = "/api/v1/desk/unanswered"
Json = dict[str, Any]


@pytest.fixture
def asked(desk: Desk) -> Iterator[Desk]:
    """The desk after two questions that mean the same, and nothing else on the list."""
    clear = sa.delete(unanswered)
    desk.application.journal.write_now(lambda tx: tx.execute(clear))
    for text in ("公会怎么创建", "公会怎么创建?"):
        ask(desk.application.runtime(), Question("star", text, now=NOW - timedelta(hours=1)))
    yield desk
    desk.application.journal.write_now(lambda tx: tx.execute(clear))


def test_each_shop_reads_its_own_and_nobody_reads_without_a_session(asked: Desk) -> None:
    told = asked.get("unanswered")
    assert (told["questions"], told["n"], told["clusters"][0]["n"]) == (2, 1, 2)
    assert asked.stranger.get(BASE).json() == {"questions": 0, "n": 0, "clusters": []}
    given = {"messages": told["clusters"][0]["messages"]}
    assert asked.stranger.post(f"{BASE}/drafts", json=given).status_code == 404
    assert asked.stranger.post(f"{BASE}/dismissals", json=given).json() == {"n": 0}
    assert asked.nobody.get(BASE).status_code == 401
    for path in ("drafts", "dismissals"):
        assert asked.nobody.post(f"{BASE}/{path}", json=given).status_code == 401
    assert asked.get("unanswered")["n"] == 1


def test_what_one_agent_dismisses_is_off_everybodys_list_until_it_is_put_back(asked: Desk) -> None:
    given: Json = {"messages": asked.get("unanswered")["clusters"][0]["messages"]}
    assert asked.lin.post(f"{BASE}/dismissals", json=given).json() == {"n": 2}
    assert asked.chen.get(BASE).json()["clusters"] == []
    assert asked.lin.post(f"{BASE}/dismissals", json=given | {"dismissed": False}).json() == {"n": 2}
    assert asked.chen.get(BASE).json()["n"] == 1


def test_an_article_is_begun(asked: Desk) -> None:
    given = {"messages": asked.get("unanswered")["clusters"][0]["messages"]}
    draft = asked.lin.post(f"{BASE}/drafts", json=given).json()
    assert draft["path"].startswith("articles/zh-CN/asked-")
    assert "- 公会怎么创建\n" in draft["text"]
    assert asked.lin.post(f"{BASE}/drafts", json=given | {"lang": "en"}).json()["path"].startswith("articles/en/")


@pytest.mark.parametrize(
    "body", [{}, {"messages": []}, {"messages": ["x"] * 1001}, {"messages": ["x"], "lang": "../x"}]
)
def test_what_cannot_be_is_a_problem(desk: Desk, body: Json) -> None:
    assert desk.lin.post(f"{BASE}/drafts", json=body).status_code == 422


@pytest.mark.parametrize("days", [0, 181])
def test_no_more_days_are_read_than_are_kept(desk: Desk, days: int) -> None:
    assert desk.lin.get(BASE, params={"days": days}).status_code == 422
