"""Refusal is learned from a shop's own questions, whatever its model's cosines look like."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.background import Background, background_questions
from retrieval.calibration import UNKNOWING, Calibration, Evidence
from retrieval.opening import current_index
from retrieval.passage import Passage


def _evidence(cosine: float, rival: float, count: int, seed: int) -> list[Evidence]:
    draw = np.random.default_rng(seed)
    return [
        Evidence(float(cosine + draw.normal(0, 0.05)), float(rival + draw.normal(0, 0.05)), place % 2 == 0)
        for place in range(count)
    ]


@pytest.mark.parametrize("shift", [0.0, 0.4])
def test_models_with_high_and_low_cosines_are_told_apart_alike(shift: float) -> None:
    learned = Calibration.fit(_evidence(0.45 + shift, 0.3, 40, 1), _evidence(0.2 + shift, 0.45, 40, 2))
    assert learned.questions == 40
    assert learned.probability(Evidence(0.45 + shift, 0.3, True)) > 0.9
    assert learned.probability(Evidence(0.2 + shift, 0.45, False)) < 0.1


def test_one_side_outnumbering_the_other_does_not_move_the_middle() -> None:
    few = Calibration.fit(_evidence(0.45, 0.4, 400, 1), _evidence(0.2, 0.4, 40, 2))
    assert 0.25 < few.probability(Evidence(0.325, 0.4, True)) < 0.75


def test_a_shop_without_questions_leans_on_the_background_alone() -> None:
    learned = Calibration.fit([], _evidence(0.2, 0.45, 40, 2))
    assert learned.questions == 0
    assert learned.probability(Evidence(0.45, 0.3, True)) > 0.9
    assert learned.probability(Evidence(0.2, 0.45, True)) < 0.4


def test_an_index_of_nothing_does_not_know() -> None:
    assert Calibration.fit([], []) == UNKNOWING
    assert UNKNOWING.probability(Evidence(0.9, 0.1, True)) == 0.5


def test_the_extremes_stay_probabilities() -> None:
    learned = Calibration.fit(_evidence(0.45, 0.3, 40, 1), _evidence(0.2, 0.45, 40, 2))
    for cosine in (-1e9, 1e9):
        assert 0 <= learned.probability(Evidence(cosine, 0.4, True)) <= 1


def test_the_background_is_distinct_questions_in_both_languages() -> None:
    questions = background_questions()
    assert len(questions) == len(set(questions)) >= 120
    chinese = sum(1 for question in questions if any("\u4e00" <= character <= "\u9fff" for character in question))
    assert 0.4 < chinese / len(questions) < 0.6


def test_a_question_of_the_background_may_leave_itself_out() -> None:
    vectors = np.eye(len(background_questions()), dtype=np.float32)
    background = Background(vectors)
    assert background.nearness(vectors[3]) == pytest.approx(1 / 3)
    assert background.nearness(vectors[3], without=3) == pytest.approx(0)


def test_what_was_learned_is_kept_with_the_index(index_folder: Path, passages: tuple[Passage, ...]) -> None:
    handle = current_index(index_folder, "small")
    assert handle is not None
    assert handle.calibration.questions == sum(len(one.questions) for one in passages if one.kind != "product")
