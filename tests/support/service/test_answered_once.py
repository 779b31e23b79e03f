"""A turn that two workers hold: one waited so long for a hand that the other gave the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from support.realtime.streams import Piece
from support.service.answer import answer
from tests.support.service.takeover import House


class Heard:
    """What was streamed."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []

    def stream(self, piece: Piece, text: str) -> None:
        self.pieces.append(piece)

    def stream_over(self, shop: str, conversation: str) -> None:
        """Nothing more comes."""


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    house = House(database_url)
    yield house
    house.journal.close()


def test_what_was_answered_meanwhile_is_not_thought_about_again(house: House) -> None:
    """Nor is a page that has the answer shown that one works on it."""
    heard = Heard()
    house.runtime = replace(house.runtime, streams=heard)
    turn = house.hears("在吗").turn
    assert turn is not None
    first = answer(house.runtime, turn)
    said, told, pieces = house.assistant.said, len(house.whispers), len(heard.pieces)
    assert first is not None
    assert (said, pieces > 0) == (1, True)
    assert answer(house.runtime, turn) is None
    assert (house.assistant.said, len(house.whispers), len(heard.pieces)) == (said, told, pieces)
    assert len(house.messages(turn.conversation)) == 2
