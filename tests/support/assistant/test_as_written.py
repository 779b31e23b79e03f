from __future__ import annotations

import pytest

from support.assistant.as_written import asked_as_written
from support.bootstrap import Application


@pytest.mark.parametrize("change", [str, str.upper, lambda text: f"  {text[:2]}, {text[2:]}!?"])
def test_a_question_in_the_shops_own_words_is_its_articles(application: Application, change: object) -> None:
    folder = application.shops.get("star").folder
    article = next(one for one in folder.articles if one.questions)
    assert callable(change)
    assert asked_as_written(change(article.questions[0]), folder.articles)


@pytest.mark.parametrize("text", ["", "？！", "怎么创建一个公会"])
def test_nothing_else_is(application: Application, text: str) -> None:
    assert not asked_as_written(text, application.shops.get("star").folder.articles)
