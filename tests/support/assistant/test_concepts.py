"""Ideas found by plain words."""

from __future__ import annotations

import numpy as np
import pytest

from support.assistant.concepts import ideas, touched, touches, width


@pytest.mark.parametrize(
    ("text", "idea", "found"),
    [
        ("我儿子买的", "child", True),
        ("My SON bought it", "child", True),
        ("my son, he is ten", "child", True),
        ("a sonic game", "child", False),
        ("knock-offs everywhere", "forged", True),
        ("they're forgeries", "forged", True),
        ("用visa付的", "bank", True),
        ("打了12315了", "authority", True),
        ("order 1231588", "authority", False),
        ("", "person", False),
    ],
)
def test_a_word_is_found_whole_and_a_beginning_where_marked(text: str, idea: str, found: bool) -> None:
    assert touches(text, idea) is found


def test_two_ideas_together_are_a_third_number() -> None:
    assert touched("nothing of this").sum() == 0
    names = [name for name, _ in ideas()]
    both = touched("my daughter went to the police")
    assert both.shape == (width(),)
    assert [names[n] for n in np.flatnonzero(both[: len(names)])] == ["child", "authority"]
    assert both[len(names) :].sum() == 1


def test_every_idea_has_words_of_both_languages() -> None:
    for name, words in ideas():
        assert len(set(words)) == len(words), name
        assert any(word.isascii() for word in words), name
        assert any(not word.isascii() for word in words), name
