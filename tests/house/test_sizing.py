"""The sizing page: its table of needs is what `bench.capacity` computes from the page's own table of costs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench.capacity import Costs, Habits, costs_of, main, needs, table

PAGE = (Path(__file__).parents[2] / "docs" / "sizing.md").read_text("utf-8")


def costs() -> Costs:
    """As the page states them, by key."""
    found = re.findall(r"^\| `([a-z_]+)` \| ([\d,.]+) ", PAGE, re.M)
    return costs_of({key: float(value.replace(",", "")) for key, value in found})


def test_the_pages_needs_follow_from_its_costs() -> None:
    lines = PAGE.splitlines()
    wanted = list(table(costs(), Habits()))
    begin = lines.index(wanted[0])
    assert lines[begin : begin + len(wanted)] == wanted


def test_what_it_assumes_is_what_is_computed_with() -> None:
    habits = Habits()
    for said in (
        f"{habits.messages:g} messages", f"{habits.peak:g} times", f"{habits.minutes:g} minutes",
        f"{habits.handed:.0%}", f"{habits.days:g} days", f"{habits.use:.0%}",
    ):  # fmt: skip
        assert said in PAGE, said


def test_twice_as_many_chats_take_twice_as_much() -> None:
    one, two = (needs(chats, costs(), Habits()) for chats in (1_000_000, 2_000_000))
    assert two.cores == pytest.approx(2 * one.cores)
    assert two.disk_gib == pytest.approx(2 * one.disk_gib)
    assert two.workers >= 2 * one.workers - 1
    assert needs(100, costs(), Habits()).workers == 1


def test_the_command_prints_it_from_a_report_and_says_what_to_run_without_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "bench.json"
    assert main(["--from", str(report)]) == 3
    assert "python -m bench sizing" in capsys.readouterr().err
    rows = [{"key": name, "value": getattr(costs(), name)} for name in Costs.__slots__]
    report.write_text(json.dumps({"machine": {"cores": 2, "cpu": "a cpu", "memory_gib": 4}, "rows": rows}))
    assert main(["--from", str(report), "--chats", "1000"]) == 0
    assert "2 cores of a cpu" in capsys.readouterr().out
