"""Thumbs and edited suggestions leave the record as rows for tuning, with what was understood and nobody's data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest

from support.assistant.state import TurnInput, TurnOutput
from support.assistant.turn import Assistant
from support.service import reports
from support.service.feedback import export
from support.service.reply import reply
from support.service.take import takeover
from tests.support.service.takeover import START, House, Scripted
from ticketing.errors import NotFound
from ticketing.storage.reports import Span

SECRETS = ("13812345678", "11010519491231002X", "8F2K-77QP-1DE4", "zhang@mail.example")
SAID = "卡密8F2K-77QP-1DE4无效，我手机13812345678，身份证11010519491231002X，邮箱zhang@mail.example"
CITED = {"n": 1, "kind": "article", "id": "redeem", "title": "", "quote": "q", "start": 0, "end": 1}
OF_AN_ORDER = CITED | {"n": 2, "kind": "order", "id": "SP1"}
TRACE = {"topic": "key_invalid", "plan": "case", "confidence": 0.9, "engine": "rules", "verdict": None, "ms": {"a": 1}}


@dataclass
class Citing(Scripted):
    """Says where from, and how it understood."""

    def answer(self, given: TurnInput) -> TurnOutput:
        return replace(super().answer(given), citations=(CITED, OF_AN_ORDER), trace=TRACE, text=f"请看 [1] {SAID}")


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    house.assistant = Citing()
    house.runtime = replace(house.runtime, assistant=cast(Assistant, house.assistant))
    yield house
    house.journal.close()


def _rows(house: House) -> list[dict[str, Any]]:
    rows = house.read(lambda tx: list(export(tx, "small", START - timedelta(days=1))))
    assert not [secret for secret in SECRETS if secret in json.dumps(rows)]
    return rows


def test_the_last_thumb_on_an_answer_is_told_with_its_sources_and_what_was_understood(house: House) -> None:
    talk = house.says(SAID)
    asked, answer = house.messages(talk)
    house.presses(talk, answer.id, "feedback", {"score": "up"})
    house.presses(talk, answer.id, "feedback", {"score": "down", "reason": "打给我13812345678"})
    (row,) = _rows(house)
    assert (row["kind"], row["score"], row["message"], row["reason"]) == ("thumb", "down", answer.id, "打给我[phone]")
    assert row["sources"] == [{"kind": "article", "id": "redeem"}, {"kind": "order", "id": ""}]
    assert row["understood"] == {"topic": "key_invalid", "plan": "case", "confidence": 0.9, "engine": "rules"}
    assert row["question"].startswith("卡密[key]无效,我手机[phone]")
    with pytest.raises(NotFound):
        house.presses(talk, asked.id, "feedback", {"score": "up"})


def test_what_an_agent_sent_stands_beside_what_was_suggested(house: House) -> None:
    talk = house.says("在吗")
    house.do(takeover, house.mei, talk, None)
    house.says("卡密无效", talk)
    house.says(SAID, talk)
    house.do(reply, house.mei, talk, "请看 " + SAID.replace("无效", "已换新"))
    house.do(reply, house.mei, talk, "还有问题吗")
    (row,) = _rows(house)
    assert (row["kind"], row["lang"], row["understood"]["topic"]) == ("edit", "zh-CN", "key_invalid")
    assert row["suggestion"].startswith("请看 卡密[key]无效")
    assert row["reply"].startswith("请看 卡密[key]已换新")
    assert 0.9 < row["similarity"] < 1
    assert row["question"].startswith("卡密[key]无效,我手机")


def test_the_reports_count_thumbs_and_the_articles_that_did_not_help(house: House) -> None:
    talks = [house.says("卡密无效"), house.says("卡密无效")]
    for talk, scores in zip(talks, (["down", "up"], ["up", "down"]), strict=True):
        for score in scores:
            house.presses(talk, house.messages(talk)[1].id, "feedback", {"score": score})
    folder = house.runtime.shops.get("small").folder
    span = Span(START - timedelta(days=1), START + timedelta(days=1))
    told = house.read(lambda tx: reports.report(tx, folder, span))
    thumbs, down = (next(one for one in told["measures"] if one["key"] == key) for key in ("thumbs", "thumbs_down"))
    assert (thumbs["n"], thumbs["value"]) == (2, 0.5)
    assert [(one["key"], one["n"]) for one in thumbs["buckets"]] == [("up", 1), ("down", 1)]
    assert [(one["key"], one["n"]) for one in down["buckets"]] == [("redeem", 1)]
    (point,) = house.read(lambda tx: reports.behind(tx, folder.shop, span, "thumbs_down", "redeem"))
    assert point.conversation == talks[1]
