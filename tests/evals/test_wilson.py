from __future__ import annotations

import pytest

from evals.wilson import wilson


def test_bounds_of_a_known_share() -> None:
    below, above = wilson(8, 10)
    assert (round(below, 4), round(above, 4)) == (0.4902, 0.9433)


def test_all_right_of_few_is_still_unsure() -> None:
    below, above = wilson(40, 40)
    assert above == 1.0
    assert 0.90 < below < 0.92
    assert wilson(400, 400)[0] > below


def test_nothing_counted_is_no_knowledge() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("right", "total"), [(3, 2), (-1, 2)])
def test_what_is_no_share_is_refused(right: int, total: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(right, total)
