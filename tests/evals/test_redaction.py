"""The floor of redaction: of sentences drawn anew each kind goes, and what a message is about stays."""

from __future__ import annotations

import pytest

from evals.personal import MAKES, corpus
from evals.report import Row
from evals.scorers.redaction import is_gone, measured
from support.assistant.redact import redacted


@pytest.fixture(scope="module")
def rows() -> dict[str, Row]:
    return {row.key: row for row in measured(corpus(7, 80))}


@pytest.mark.parametrize("kind", MAKES)
def test_each_kind_is_taken_out(rows: dict[str, Row], kind: str) -> None:
    value = rows[f"redaction_recall_{kind}"].value
    assert value is not None
    assert value >= (0.95 if kind in {"name", "address", "plate"} else 0.99)


def test_nothing_else_is(rows: dict[str, Row]) -> None:
    for key, row in rows.items():
        if "precision" in key or key == "redaction_kept":
            assert row.value is not None
            assert row.value >= 0.98, key


def test_a_piece_that_is_left_counts_as_left() -> None:
    assert not is_gone("13812345678", "手机 1381234[phone]")
    assert is_gone("13812345678", "手机 [phone]")
    assert not is_gone("王伟", "我叫王伟")


@pytest.mark.parametrize(
    "text",
    [
        "收货人写错了能改吗",
        "我是黄金会员",
        "我叫你们退款",
        "广东省深圳市能用吗",
        "新A服务器打不开",
        "周杰伦点卡有货吗",
        "黑龙江大区",
    ],
)
def test_words_that_announce_people_and_places_stay_by_themselves(text: str) -> None:
    assert redacted(text) == text


def test_a_number_in_an_order_is_nobodys_telephone() -> None:
    assert "[phone]" not in redacted("20261118138123456789 没到账")
    assert "[phone]" in redacted("一三8一2三四5678")
