"""What is asked and not answered is kept without what tells who asked, and told in groups until it is dismissed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from support.bootstrap import Application
from support.service.ask import Question, ask
from support.service.unanswered import Cluster, cluster_view, draft_of, waiting
from ticketing.errors import NotFound
from ticketing.storage import unanswered
from ticketing.storage.tables import unanswered as table

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
GUILD = ("公会怎么创建", "公会怎么创建?", "公会怎么创建")
WEATHER = "明天会下雨吗，我手机13812345678"


@pytest.fixture
def asked(application: Application) -> Iterator[Application]:
    """The demo shop, after questions that it answers and some that it does not; what other tests asked is gone."""
    application.journal.write_now(lambda tx: tx.execute(sa.delete(table)))
    for place, text in enumerate((*GUILD, WEATHER, "付款后多久发货", "发票怎么开")):
        ask(application.runtime(), Question("star", text, now=NOW + timedelta(minutes=place)))
    yield application
    application.journal.write_now(lambda tx: tx.execute(sa.delete(table)))


def _waiting(application: Application, days: int = 30) -> list[Cluster]:
    return waiting(application.journal, application.shop("star"), NOW - timedelta(days=days))


def test_questions_without_an_answer_are_told_together_in_the_buyers_words(asked: Application) -> None:
    guild, weather = (cluster_view(one) for one in _waiting(asked))
    assert (guild["n"], guild["kinds"], guild["lang"]) == (3, {"out_of_scope": 3}, "zh-CN")
    assert {(one["text"], one["n"]) for one in guild["asked"]} == {(GUILD[0], 2), (GUILD[1], 1)}
    assert guild["title"] == GUILD[0]
    assert (guild["first_at"], guild["last_at"]) == ("2026-11-20T12:00:00.000Z", "2026-11-20T12:02:00.000Z")
    assert weather["kinds"] == {"out_of_scope": 1}
    assert weather["title"] == "明天会下雨吗,我手机[phone]"


def test_a_group_keeps_its_name_while_others_join(asked: Application) -> None:
    before = _waiting(asked)[0]
    ask(asked.runtime(), Question("star", "公会怎么创建。", now=NOW + timedelta(hours=1)))
    after = _waiting(asked)[0]
    assert (after.id, len(after.questions)) == (before.id, 4)


def test_what_is_dismissed_comes_back_only_when_it_is_asked_again_or_taken_back(asked: Application) -> None:
    keys = [one.message for one in _waiting(asked)[0].questions]
    write = asked.journal.write_now
    assert write(lambda tx: unanswered.dismiss(tx, "other", keys, "lin", NOW)) == 0
    assert write(lambda tx: unanswered.dismiss(tx, "star", keys, "lin", NOW)) == 3
    assert [len(one.questions) for one in _waiting(asked)] == [1]
    ask(asked.runtime(), Question("star", GUILD[0], now=NOW + timedelta(hours=1)))
    assert [len(one.questions) for one in _waiting(asked)] == [1, 1]
    assert write(lambda tx: unanswered.dismiss(tx, "star", keys, None, NOW)) == 3
    assert [len(one.questions) for one in _waiting(asked)] == [4, 1]


def test_a_draft_asks_in_the_buyers_words_and_is_of_this_shop_alone(asked: Application) -> None:
    shop, keys = asked.shop("star"), [one.message for one in _waiting(asked)[0].questions]
    draft = draft_of(asked.journal, shop, keys)
    assert draft.path == f"articles/zh-CN/asked-{keys[0][-6:]}.md"
    assert f"questions:\n- {GUILD[0]}\n- {GUILD[1]}\n" in draft.text
    with pytest.raises(NotFound):
        draft_of(asked.journal, shop, ["nobody's"])


def test_old_questions_are_not_told_and_then_forgotten(asked: Application) -> None:
    assert waiting(asked.journal, asked.shop("star"), NOW + timedelta(minutes=3))[0].typical[0].startswith("明天")
    asked.journal.write_now(lambda tx: unanswered.forget(tx, "star", NOW + timedelta(minutes=3), NOW))
    assert [len(one.questions) for one in _waiting(asked)] == [1]
