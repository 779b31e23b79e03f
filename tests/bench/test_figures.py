"""docs/figures.md is made of the reports as they are written, and says what is missing."""

from __future__ import annotations

import json
from pathlib import Path

from bench.figures import main, page
from evals.report import Report, Row, share

ROOT = Path(__file__).parents[2]
KILLED = {"rounds": 800, "acked": 6567, "answered": 6567, "connects": 2832, "faults": [], "what": "kill -9 under load"}


def test_a_report_is_told_with_its_day_its_machine_and_whether_the_bar_is_met(tmp_path: Path) -> None:
    rows = (
        share("presale_hit", 47, 50, bar=0.9),
        Row("turn_cpu_ratio", 4.126, "ratio", 300, bar=4.0, low_is_good=True, note="a | b", samples=(4.0, 4.2)),
    )
    report = Report(rows, {"cpu": "A processor", "cores": 2, "memory_gib": 8.0, "load": 0.1, "day": "2026-11-28"}, {})
    report.write(tmp_path / "eval.json")
    text = page(tmp_path)
    assert "`make eval`. 2026-11-28, A processor, 2 cores, 8.0 GiB, load 0.1 at the end" in text
    assert "| `presale_hit` | 0.94 | 0.838–0.979 | 50 | ≥ 0.9 | met |  |" in text
    assert "| `turn_cpu_ratio` | 4.126 | ratio, 4–4.2 | 300 | ≤ 4 | **missed** | a \\| b |" in text
    assert text.count("Not measured for this version") == 2


def test_what_was_killed_is_counted(tmp_path: Path) -> None:
    (tmp_path / "soak.json").write_text(json.dumps({"seconds": 1.0, "rows": {"kill": KILLED}}), "utf-8")
    text = page(tmp_path)
    assert "| kill -9 under load | 800 | 6,567 | 6,567 | 2,832 | 0 |" in text
    assert "a day that the report does not tell" in text


def test_a_page_made_of_nothing_says_so(tmp_path: Path) -> None:
    main(["--build", str(tmp_path), "--page", str(tmp_path / "figures.md")])
    assert (tmp_path / "figures.md").read_text("utf-8").count("Not measured for this version") == 3
