"""Who types by sound takes another character; the head hears the same."""

from __future__ import annotations

import numpy as np
import pytest

from support.assistant.features import BUCKETS, WRITTEN, pieces
from support.assistant.syllables import sound


@pytest.mark.parametrize(("meant", "typed"), [("退款", "推款"), ("可以", "可已"), ("收到", "受倒"), ("申请", "深情")])
def test_the_slip_sounds_like_what_was_meant(meant: str, typed: str) -> None:
    assert [sound(one) for one in meant] == [sound(one) for one in typed]
    heard, other = ({int(n) for n in pieces(text)[0] if n >= WRITTEN} for text in (meant, typed))
    assert heard == other
    written, slip = ({int(n) for n in pieces(text)[0] if n < WRITTEN} for text in (meant, typed))
    assert written != slip


def test_what_is_not_known_sounds_like_itself() -> None:
    assert sound("龘") == "龘"
    assert sound("x") == "x"


def test_both_halves_weigh_the_same_and_a_latin_message_has_no_sounds() -> None:
    numbers, weights = pieces("我要退款 refund")
    assert numbers.max() < BUCKETS
    for half in (numbers < WRITTEN, numbers >= WRITTEN):
        assert np.linalg.norm(weights[half]) == pytest.approx(1)
    assert (pieces("refund me")[0] < WRITTEN).all()
    assert pieces("").shape == (2, 0)
