"""The brief over real conversations with the demo shop: golden, in both languages."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from support.assistant.phrases import keys
from support.assistant.topics import TOPICS
from support.bootstrap import Application
from support.service.ask import Question, ask
from support.service.brief import brief
from ticketing.ids import new_id
from ticketing.storage import talk

NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")
GOLDEN = Path(__file__).parent / "golden_briefs.json"
SCRIPTS = {
    "a used key": ["我的卡密提示已被使用，怎么办", "SC20260301001", "lotus-2026", "有截图", "转人工"],
    "a refusal contested": ["SC20260301001 lotus-2026", "不想要了，我要退款", "转人工"],
    "an owed refund": [
        "I paid but got nothing, I want a refund",
        "SC20261118001",
        "lotus-2026",
        "let me talk to a person",
    ],
    "a fact that is missing": ["I changed my mind and want a refund", "SC20261109001 maple-508"],
    "a minor": ["我孩子偷偷用我手机充了五百块"],
}
Json = dict[str, Any]


def briefed(application: Application, script: list[str], lang: str) -> Json:
    """The brief after a script, with the messages that it names by their place in the conversation."""
    name = new_id()
    for text in script:
        answer = ask(application.runtime(), Question("star", text, conversation=name, now=NOW))

    def look(tx: Any) -> tuple[Json, dict[str, int]]:
        row = talk.get(tx, "star", answer["conversation"])
        places = {one.id: one.seq for one in talk.page(tx, "star", row.id, None, 100)}
        return brief(tx, application.shop("star"), row, lang), places

    told, places = application.journal.read_now(look)
    del told["risk"]  # it has tests of its own, and times that differ from run to run
    if told["verdict"]:
        del told["verdict"]["decision"]
    shown: Json = _placed(told, places)
    return shown


def _placed(value: Any, places: dict[str, int]) -> Any:
    if isinstance(value, dict):
        return {
            key: places[one] if key == "message" and one else _placed(one, places) for key, one in value.items()
        }  # fmt: skip
    return [_placed(one, places) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_conversation_is_summed_up_as_it_is_held_here(application: Application, name: str, lang: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert briefed(application, SCRIPTS[name], lang) == golden[name][lang]


@pytest.mark.parametrize(
    ("first", "matter"),
    [("付款后多久发货", "不想要了，我要退款"), ("How long does delivery take?", "I changed my mind, I want a refund")],
)
def test_what_a_buyer_wants_is_not_what_they_asked_in_passing(
    application: Application, first: str, matter: str
) -> None:
    told = briefed(application, [first, matter, "SC20260301001 lotus-2026", "转人工"], "en")
    assert told["wants"] == {"text": f'Refund. In the buyer\'s words: "{matter}"', "message": 3}


def test_who_only_asked_a_question_is_quoted_with_it(application: Application) -> None:
    assert briefed(application, ["付款后多久发货", "转人工"], "en")["wants"]["message"] == 1


def test_of_several_questions_the_last_is_quoted_and_what_was_added_stands_beside_it(application: Application) -> None:
    script = ["付款后多久发货", "灯下迷城的激活码港区能激活吗", "我要找人工", "我人在香港，用的是港区账号"]
    wants = briefed(application, script, "zh-CN")["wants"]
    assert wants["message"] == 3
    assert wants["text"].endswith("“灯下迷城的激活码港区能激活吗”；后来补充：“我人在香港，用的是港区账号”")


def test_every_reason_of_a_ticket_has_a_next_step_in_both_languages() -> None:
    reasons = {topic.ticket for topic in TOPICS.values() if topic.mode in {"case", "human"}} - {"other"}
    for lang in ("zh-CN", "en"):
        assert {f"next.{reason}" for reason in reasons} <= keys(lang)
    assert keys("zh-CN") == keys("en")
