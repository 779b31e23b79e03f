"""Single values written into shop.toml: what else stands there stays, and what cannot be written is said."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from knowledge_base.toml_editing import NotEditable, with_changes
from knowledge_base.toml_lines import key_at

TEXT = """\
# ours
id = "star"   # the id
languages = ["en"]

# When people answer.
[hours]
mon = "09:00-12:00"   # short
late = "kept"

# Promised.
[deadlines]
human_minutes = 30

# Money first.
[teams.money]
members = ["lin"]
# the lead sleeps late
lead = "lin"

# The rest.
[teams.rest]
members = ["chen"]
skill = "unknown to us"

# The end.
[widget]
accent = "#2f5fd0"
"""


def lines(text: str) -> list[str]:
    return text.split("\n")


def test_a_value_changes_in_its_line_and_a_new_one_follows_its_table() -> None:
    changed = with_changes(TEXT, {"timezone": "UTC", "hours": {"mon": "10:00-12:00", "tue": ""}})
    assert [line for line in lines(changed) if line not in lines(TEXT)] == [
        'timezone = "UTC"', 'mon = "10:00-12:00"   # short', 'tue = ""',
    ]  # fmt: skip
    assert [line for line in lines(TEXT) if line not in lines(changed)] == ['mon = "09:00-12:00"   # short']
    assert lines(changed)[lines(changed).index('tue = ""') - 1] == 'late = "kept"'
    assert with_changes(changed, {"timezone": None, "hours": {"mon": "09:00-12:00", "tue": None}}) == TEXT
    assert (
        with_changes(TEXT, {"hours": {"mon": "09:00-12:00"}, "deadlines": {"urgent": {"human_minutes": None}}}) == TEXT
    )


def test_tables_come_go_and_change_places_with_their_comments() -> None:
    teams: dict[str, Any] = {"退款 one": {"members": ["a", "b"]}, "rest": None}
    changed = with_changes(TEXT, {"teams": teams, "deadlines": {"urgent": {"human_minutes": 5}}})
    values = tomllib.loads(changed)
    assert values["teams"] == {"money": {"members": ["lin"], "lead": "lin"}, "退款 one": {"members": ["a", "b"]}}
    assert changed.index("[deadlines.urgent]") < changed.index("# Money first.")
    assert changed.index("# The end.\n[widget]") > changed.index("退款 one")
    assert "# The rest." not in changed
    turned = with_changes(TEXT, {}, {"teams": ["rest", "money"]})
    assert list(tomllib.loads(turned)["teams"]) == ["rest", "money"]
    assert "# The rest.\n[teams.rest]" in turned
    assert "# Money first.\n[teams.money]" in turned
    assert sorted(filter(None, lines(turned))) == sorted(filter(None, lines(TEXT)))
    assert with_changes(turned, {}, {"teams": ["money", "rest"]}) == TEXT


def test_windows_lines_stay_and_a_new_table_ends_the_file() -> None:
    assert with_changes('id = "x"\r\n', {"hours": {"mon": ""}}) == 'id = "x"\r\n\r\n[hours]\r\nmon = ""\r\n'


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("hours = 3\n", {"hours": {"mon": "x"}}),
        ("[a\n", {"a": 1}),
        ("", {"a": {"b": {"c": {"d": {"e": 1}}}}}),
    ],
)
def test_what_cannot_be_written_is_said(text: str, changes: dict[str, Any]) -> None:
    with pytest.raises(NotEditable, match=r"shop\.toml"):
        with_changes(text, changes)


@pytest.mark.parametrize("text", ['hours = {mon = "a"}\n', 'hours.mon = "a"\n', '[hours]\nmon = """\n[teams.x]\n"""\n'])
def test_other_ways_to_write_a_table_are_read_again_before_they_are_believed(text: str) -> None:
    changed = with_changes(text, {"hours": {"mon": "b", "tue": "c"}, "teams": {"y": {"members": ["a"]}}})
    assert tomllib.loads(changed) == {"hours": {"mon": "b", "tue": "c"}, "teams": {"y": {"members": ["a"]}}}


def test_a_line_says_what_stands_on_it() -> None:
    assert [key_at(TEXT, n) for n in (2, 7, 11, 14, 15)] == ["id", "hours.mon", "deadlines", None, "teams.money"]
