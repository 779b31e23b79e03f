"""Questions without an answer: erased with whoever asked them, on each engine."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from tests.ticketing.conftest import NOW
from ticketing.ids import new_id
from ticketing.storage import talk, unanswered
from ticketing.storage.erasure import erase_rows
from ticketing.storage.journal import Journal
from ticketing.storage.person import person
from ticketing.unanswered import Question


def _asked(journal: Journal, shop: str, owner: str, text: str) -> str:
    key = new_id()

    def ask(tx: sa.Connection) -> None:
        chat = talk.start(tx, shop, owner, "zh-CN", "", NOW)
        unanswered.add(tx, shop, Question(key, chat.id, NOW, "zh-CN", "unknown", text))

    journal.write_now(ask)
    return key


def _erased(journal: Journal) -> dict[str, int]:
    one = journal.read_now(lambda tx: person(tx, "star", "visitor:a"))
    return journal.write_now(lambda tx: erase_rows(tx, one, "visitor:nobody", NOW))


def _kept(journal: Journal, shop: str) -> list[str]:
    since = NOW - timedelta(days=1)
    return [one.text for one in journal.read_now(lambda tx: unanswered.waiting(tx, shop, since))]


def test_what_an_owner_asked_is_erased_dismissed_or_not_and_nobody_elses(journal: Journal) -> None:
    _asked(journal, "star", "visitor:a", "公会怎么创建")
    put_away = _asked(journal, "star", "visitor:a", "今年会下雪吗")
    _asked(journal, "star", "visitor:b", "谁家的猫")
    _asked(journal, "moon", "visitor:a", "公会怎么创建")
    journal.write_now(lambda tx: unanswered.dismiss(tx, "star", [put_away], "lin", NOW))
    assert _erased(journal) == {"unanswered": 2, "conversations": 2}
    assert journal.read_now(lambda tx: unanswered.of_messages(tx, "star", [put_away])) == ()
    assert (_kept(journal, "star"), _kept(journal, "moon")) == (["谁家的猫"], ["公会怎么创建"])
    assert _erased(journal) == {}
