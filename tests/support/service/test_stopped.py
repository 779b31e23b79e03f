from __future__ import annotations

from dataclasses import replace
from typing import Any

from support.assistant.state import Memory, TicketRequest, TurnOutput
from support.service.answer import stopped

CITED = ({"n": 1, "id": "a"}, {"n": 2, "id": "b"})
PARTS: tuple[dict[str, Any], ...] = ({"type": "confirm"},)
BEFORE, AFTER = Memory(), Memory(order="X1")
OUTPUT = TurnOutput(
    "en", "First [1]. Second [2]. Third.", PARTS, CITED, ("order",), None, "X1", None, None, AFTER, 1.0, "rules", {}
)


def test_an_answer_that_was_said_to_its_end_is_as_it_was() -> None:
    assert stopped(OUTPUT, OUTPUT.text, BEFORE) == OUTPUT


def test_a_stop_cuts_the_words_and_their_sources_and_keeps_what_was_decided() -> None:
    cut = stopped(OUTPUT, "First [1]. ", BEFORE)
    assert (cut.text, cut.citations) == ("First [1].", CITED[:1])
    assert (cut.parts, cut.memory) == (PARTS, AFTER)


def test_before_the_first_word_nothing_has_happened() -> None:
    silent = stopped(OUTPUT, "", BEFORE)
    assert (silent.parts, silent.citations, silent.decision, silent.memory) == ((), (), None, BEFORE)
    assert "stopped" in silent.text


def test_who_had_to_be_asked_is_asked_although_nobody_listened() -> None:
    urgent = replace(OUTPUT, ticket=TicketRequest("threat"))
    silent = stopped(urgent, "", BEFORE)
    assert (silent.ticket, silent.parts, silent.memory) == (urgent.ticket, PARTS, AFTER)
