"""What a message leaves beside itself."""

from __future__ import annotations

from datetime import datetime

import pytest

from support.bootstrap import Application
from support.service.ask import Question, ask
from ticketing.ids import new_id
from ticketing.storage import talk

NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("付款后多久发货", "付款后多久发货"),
        ("I paid but the order still says unpaid, money is gone from my account",
         "I paid but the order still says unpaid, money is gone from…"),
    ],
)  # fmt: skip
def test_a_conversation_is_called_by_its_first_words_and_shows_where_they_were_cut(
    application: Application, text: str, subject: str
) -> None:
    answer = ask(application.runtime(), Question("star", text, conversation=new_id(), now=NOW))
    kept = application.journal.read_now(lambda tx: talk.get(tx, "star", answer["conversation"]))
    assert kept.subject == subject
