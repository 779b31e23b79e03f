from __future__ import annotations

import pytest

from support.realtime.streams import Piece, Streams
from support.realtime.words import NotOurs, Reached, Seal, Streamed, Whispered, Word

WORDS: tuple[Word, ...] = (
    Reached({"star": 7}),
    Whispered("star", "visitor:a", '{"t":"typing"}', None),
    Streamed(Piece("star", "visitor:a", "c1", "m1", 0, "您好", "re"), "{}"),
)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_understood_by_whoever_knows_the_secret_and_by_nobody_else(word: Word) -> None:
    told = Seal("secret").seal(word)
    assert Seal("secret").open(told) == word
    with pytest.raises(NotOurs):
        Seal("another").open(told)


@pytest.mark.parametrize("data", [b"", b"x" * 10, b"x" * 100])
def test_other_bytes_are_not_ours(data: bytes) -> None:
    with pytest.raises(NotOurs):
        Seal("secret").open(data)


def test_one_altered_byte_makes_it_not_ours() -> None:
    told = bytearray(Seal("secret").seal(WORDS[1]))
    told[-3] ^= 1
    with pytest.raises(NotOurs):
        Seal("secret").open(bytes(told))


def test_records_meet_on_channels_of_their_own_which_do_not_tell_the_secret() -> None:
    one, other = Seal("secret"), Seal("another")
    assert one.channel != other.channel
    assert "secret" not in one.channel


def piece(i: int, message: str = "m1") -> Piece:
    return Piece("star", "visitor:a", "c1", message, i, f"{i} ", f"re-{message[:2]}")


def test_of_an_answer_with_a_gap_nothing_more_is_told() -> None:
    streams = Streams()
    assert [streams.add(piece(i)) for i in (0, 1, 3, 4)] == [True, True, False, False]
    assert streams.of_conversation("star", "c1") == ()
    assert not Streams().add(piece(2)), "whoever comes in the middle has not heard its beginning"


def test_a_piece_that_comes_after_its_answers_end_is_left() -> None:
    streams = Streams()
    assert streams.add(piece(0))
    streams.done("star", "c1", "re-m1")
    assert not streams.add(piece(1))
    assert not streams.add(piece(0, "m1 of another worker"))
    assert streams.add(piece(0, "m2"))
