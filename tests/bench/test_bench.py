"""What is measured can be measured, and the report says what is asked of it."""

from __future__ import annotations

from bench.__main__ import BARS, MEASURED_BY, MEASURES, _with_bar, main
from bench.imports import measure
from evals.report import Row


def test_importing_the_web_application_brings_nothing_heavy() -> None:
    (row,) = measure()
    assert (row.key, row.value) == ("import_light", 0)


def test_each_figure_gets_its_bar() -> None:
    assert _with_bar(Row("turn_cpu_ratio", 3.9, "ratio", 1)).met is True
    assert _with_bar(Row("turn_cpu_ratio", 4.1, "ratio", 1)).met is False
    assert _with_bar(Row("group_commit_gain", 9.0, "ratio", 1)).met is False
    assert _with_bar(Row("something_else", 1.0, "ms", 1)).met is None
    assert "import_light" in BARS


def test_what_nothing_measures_is_said() -> None:
    assert main(["nope"]) == 2
    assert main(["--only", "nope"]) == 2
    assert "turn" in MEASURES


def test_each_figure_with_a_bar_has_its_measurement() -> None:
    assert BARS.keys() <= MEASURED_BY.keys()
    assert set(MEASURED_BY.values()) <= MEASURES.keys()
