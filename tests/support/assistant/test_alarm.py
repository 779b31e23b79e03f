"""The thresholds from which on a person must see a message, and what the packaged head makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.packaged import universal_sentence_encoder
from support.assistant.alarm import EARLY, MUST_HEAR, NEEDLESS, alarms
from support.assistant.head import Head
from support.assistant.unseen import Scored
from support.assistant.utterance import Utterance


@pytest.fixture(scope="module")
def head() -> Head:
    return Head.load()


def _row(topic: str, stance: str = "case") -> Utterance:
    return Utterance("x", "en", topic, "none", stance, topic)


def _scored(truth: list[str], minor: list[float]) -> Scored:
    of = np.array(minor)
    return Scored("topic", np.array(["minor", "stock"]), np.array(truth), np.stack([of, 1 - of], axis=1))


def test_the_threshold_hears_a_topics_messages() -> None:
    rows = [_row("minor")] * 4 + [_row("stock")] * 4
    (found,) = alarms(rows, _scored([row.topic for row in rows], [0.9, 0.8, 0.7, 0.6, 0.3, 0.2, 0.1, 0.0]))
    assert (found.topic, found.threshold, found.heard) == ("minor", 0.3, 1.0)


def test_nothing_has_to_be_surer_than_a_tenth_where_that_is_not_needless() -> None:
    rows = [_row("minor")] * 4 + [_row("stock")] * 4
    (found,) = alarms(rows, _scored([row.topic for row in rows], [0.9, 0.8, 0.7, 0.6, 0.03, 0.02, 0.01, 0.0]))
    assert (found.threshold, found.heard, found.needless) == (EARLY, 1.0, 0.0)


def test_the_threshold_is_not_needless_too_often() -> None:
    rows = [_row("minor")] * 2 + [_row("stock")] * 100
    (found,) = alarms(rows, _scored([row.topic for row in rows], [0.9, 0.1, *np.linspace(0.2, 0.5, 100)]))
    assert found.heard == 0.5
    assert found.needless <= 2 * NEEDLESS


def test_what_is_asked_in_general_is_no_alarm_to_learn_from() -> None:
    rows = [_row("minor"), _row("minor", "general"), _row("stock")]
    (found,) = alarms(rows, _scored(["minor", "minor", "stock"], [0.9, 0.1, 0.0]))
    assert found.heard == 1.0
    assert found.threshold == pytest.approx(0.1)


def test_without_such_topics_there_is_none() -> None:
    scored = Scored("topic", np.array(["stock"]), np.array(["stock"]), np.ones((1, 1)))
    assert alarms([_row("stock")], scored) == ()


def test_the_packaged_head_has_a_threshold_for_each(head: Head) -> None:
    assert set(head.thresholds) == set(MUST_HEAR)
    assert all(0 < value < 1 for value in head.thresholds.values())


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("这码是盗版的", "counterfeit"),
        ("I believe this is stolen", "counterfeit"),
        ("我家小孩拿我手机买的", "minor"),
        ("I'm 13 and bought it", "minor"),
        ("不退就12315见", "chargeback"),
        ("I will go to court", "chargeback"),
        ("订单怎么被冻结了", "risk_hold"),
        ("my order is still under review", "risk_hold"),
        ("转人工", "human"),
        ("正版吗", None),
        ("退款多久到账", None),
        ("怎么退款", None),
        ("do you have it in stock?", None),
    ],
)
def test_what_the_packaged_head_hears(head: Head, text: str, topic: str | None) -> None:
    assert head.predict(text, universal_sentence_encoder().embed_queries([text])).alarm == topic
