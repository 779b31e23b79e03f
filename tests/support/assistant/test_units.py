"""Cutting an answer into sentences with slots: nothing is lost, and what binds stays as it is."""

from __future__ import annotations

import re

import pytest

from support.assistant.phrases import Said, listening, phrase
from support.assistant.units import FIXED, NAMED_SLOT, Unit, units


def cut(*lines: str, heard: list[Said]) -> tuple[Unit, ...]:
    found = units(lines, heard)
    for place, line in enumerate(lines):
        assert "".join(unit.plain for unit in found if unit.line == place) == line
    return found


def test_facts_become_slots_and_come_back() -> None:
    with listening() as heard:
        status = phrase("en", "order.status", number="SC2026", product="Card. 50!", state="paid, not delivered yet")
        paid = phrase("en", "order.paid", amount="¥49.00", paid_at="2026-11-18 16:10")
    first, second, mark = cut(f"{status} {paid} [1]", heard=heard)
    assert first.template == "Order {number1} ({product1}): {state1}."
    assert first.values["{product1}"] == "Card. 50!"
    assert second.template == "Paid {amount1} on {paidat1}."
    assert second.filled("On {paidat1} you paid {amount1}.") == "On 2026-11-18 16:10 you paid ¥49.00."
    assert (mark.plain.strip(), mark.template) == ("[1]", "")


def test_a_phrase_of_several_sentences_is_several() -> None:
    with listening() as heard:
        text = phrase("zh-CN", "social.thanks")
    assert [unit.template for unit in cut(text, heard=heard)] == ["不客气。", "还有别的问题，随时告诉我。"]


def test_figures_of_our_own_are_slots_too() -> None:
    with listening() as heard:
        text = phrase("zh-CN", "advice.unpaid")
    last = cut(text, heard=heard)[-1]
    assert last.values == {"{figure1}": "10"}
    assert "10" not in last.template


@pytest.mark.parametrize("key", sorted(FIXED))
def test_what_binds_by_its_wording_is_not_reworded(key: str) -> None:
    from support.assistant.phrases import _table

    for lang in ("zh-CN", "en"):
        slots = {name: f"<{name}>" for name in set(re.findall(r"\{(\w+)\}", _table(lang)[key]))}
        with listening() as heard:
            text = phrase(lang, key, **slots)
        assert not any(unit.template for unit in cut(text, heard=heard))


def test_a_sentence_whose_figures_could_be_exchanged_stays() -> None:
    with listening() as heard:
        text = phrase("zh-CN", "order.quantity", quantity=3, delivered=2)
    assert [unit.template for unit in cut(text, heard=heard)] == [""]


def test_a_summary_that_follows_a_clause_is_reworded_behind_it() -> None:
    with listening() as heard:
        intro = phrase("en", "decision.intro", clause="Refunds. All of them", mark="[1]")
        summary = phrase("en", "decision.grant_refund", amount="¥49.00")
    first, second = cut(intro + summary, heard=heard)
    assert (first.template, second.template) == ("", "{amount1} can be refunded, by the way it was paid.")


def test_words_of_the_shop_and_of_nobody_stay() -> None:
    with listening() as heard:
        quote = phrase("zh-CN", "answer.found", text="**退款** 不客气。三天内处理。", mark="[1]")
        label = phrase("zh-CN", "label.human")
    assert not any(unit.template for unit in cut(quote, f"别的话。{label}", "", heard=heard))


def test_every_phrase_of_both_languages_can_be_cut_and_joined() -> None:
    from support.assistant.phrases import _table

    for lang in ("zh-CN", "en"):
        for key, template in _table(lang).items():
            names = set(re.findall(r"\{(\w+)\}", template))
            with listening() as heard:
                text = phrase(lang, key, **dict.fromkeys(names, "x. y"))
            for unit in cut(text, heard=heard):
                assert set(NAMED_SLOT.findall(unit.template)) == set(unit.values)
                assert unit.filled(unit.template) + unit.space == unit.plain or not unit.template
