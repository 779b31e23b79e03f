from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.macro import VARIABLE, VARIABLES, filled
from knowledge_base.reader import read_directory, read_shop

STAR = Path(__file__).parents[2] / "knowledge_base" / "shops" / "star"
SHOP = b'id = "small"\nlanguages = ["en"]\n'


def warnings(macro: str) -> tuple[str, ...]:
    return read_shop({"shop.toml": SHOP, "macros/hello.md": f"---\ntitle: Hello\n---\n{macro}\n".encode()}).warnings


def test_a_variable_that_nothing_fills_is_told_with_its_place() -> None:
    assert warnings("Your order {{order.number}} by {{ deadline }}.") == ()
    (near,) = warnings("Hello,\nyour order {{order.nummer}}.")
    assert near.startswith("macros/hello.md:5:")
    assert "{{order.nummer}}" in near
    assert "did you mean 'order.number'" in near
    (far,) = warnings("{{zodiac}}")
    assert "order.number" in far


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{order.number}} / {{ order.number }}", "N1 / N1"),
        ("{{ticket.id}} stays", "{{ticket.id}} stays"),
        ("{{buyer.name}} stays, for it is empty", "{{buyer.name}} stays, for it is empty"),
        ("no variables, { braces }", "no variables, { braces }"),
    ],
)
def test_what_is_known_is_filled_and_the_rest_stays_visible(text: str, expected: str) -> None:
    assert filled(text, {"order.number": "N1", "buyer.name": ""}) == expected


def test_a_value_is_never_read_as_a_variable() -> None:
    assert filled("{{shop.name}}", {"shop.name": "{{agent.name}} \\1", "agent.name": "x"}) == "{{agent.name}} \\1"


def test_the_demo_shops_macros_stand_in_both_languages_with_known_variables() -> None:
    macros = read_shop(read_directory(STAR)).macros
    by_lang = {lang: {macro.id for macro in macros if macro.lang == lang} for lang in ("zh-CN", "en")}
    assert by_lang["zh-CN"] == by_lang["en"]
    used = {name for macro in macros for name in VARIABLE.findall(macro.text)}
    assert used <= set(VARIABLES)
    assert {"order.number", "agent.name", "shop.name", "deadline"} <= used
