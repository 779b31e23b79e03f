from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.report import Report, Row, row_of, share


def test_the_file_has_the_form_that_is_promised(tmp_path: Path) -> None:
    row = Row("turn_cpu_ratio", 1.5, "ratio", 40, baseline=3.2, samples=(4.7, 4.9), bar=4.0, low_is_good=True)
    path = tmp_path / "build" / "bench.json"
    Report((row,)).write(path)
    written = json.loads(path.read_text("utf-8"))
    assert set(written) == {"machine", "versions", "rows"}
    assert written["rows"][0] == {
        "key": "turn_cpu_ratio", "value": 1.5, "unit": "ratio", "n": 40, "baseline": 3.2, "samples": [4.7, 4.9],
        "bar": 4.0, "low_is_good": True,
    }  # fmt: skip
    assert written["versions"]["python"]
    assert written["machine"]["cores"] > 0


def test_a_share_knows_its_bounds_and_its_bar() -> None:
    row = share("presale", 57, 60, bar=0.95)
    assert row.value == 0.95
    assert row.met is True
    assert row.bounds is not None
    assert row.bounds[0] < 0.95 < row.bounds[1]
    assert share("presale", 56, 60, bar=0.95).met is False


def test_of_nothing_there_is_no_share_and_no_bar_reached() -> None:
    row = share("presale", 0, 0, bar=0.95)
    assert row.value is None
    assert row.met is False


def test_the_table_says_what_is_missed() -> None:
    table = Report((Row("leaks", 2, "count", 90, bar=0, low_is_good=True, fatal=True), Row("x", None, "s", 0))).table()
    assert "FAILED" in table
    assert "leaks" in table


def test_rows_of_others_are_read_and_bad_ones_refused() -> None:
    assert row_of({"key": "a", "value": 1.0, "unit": "share", "n": 3}) == Row("a", 1.0, "share", 3)
    with pytest.raises(ValueError, match="needs key, value, unit and n"):
        row_of({"key": "a"})
