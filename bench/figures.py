"""`python -m bench.figures`: write docs/figures.md from the reports that the measurements left in `build`.

`make bench`, `make eval` and `make soak` each leave one; what was not measured is said to be missing, and never
left standing from before.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.report import Row, row_of

ROOT = Path(__file__).parents[1]
PAGE, BUILD = ROOT / "docs" / "figures.md", ROOT / "build"
Json = Mapping[str, Any]
HEAD = """# Figures

Made by `make figures` from the reports of the runs below; nothing here is written by hand. Shares come with Wilson's
95 % interval. The cases of the evaluation were written by the people who wrote the product and flatter it: they show
that a change made something worse, not how it does on a real shop's messages (`anxin eval --shop` does).
"""
MEASURED: Mapping[str, tuple[str, str]] = {
    "eval": ("How good the answers are", "make eval"),
    "bench": ("How fast it is, over baselines of the same run", "make bench"),
}
SOAK = ("What was killed, cut and unplugged", "make soak")


def page(build: Path) -> str:
    """The whole page, from the reports in a folder."""
    parts = [HEAD]
    for name, (title, command) in MEASURED.items():
        parts += [f"## {title}\n", *_section(_read(build / f"{name}.json"), command, _rows)]
    parts += [f"## {SOAK[0]}\n", *_section(_read(build / "soak.json"), SOAK[1], _killed)]
    return "\n".join(parts)


def _read(path: Path) -> Json | None:
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else None


def _section(report: Json | None, command: str, table: Any) -> Iterator[str]:
    if report is None:
        yield f"Not measured for this version: `{command}`.\n"
        return
    yield f"`{command}`. {_where(report)}\n"
    yield from table(report)
    yield ""


def _where(report: Json) -> str:
    machine, versions = dict(report.get("machine", {})), report.get("versions", {})
    day = machine.pop("day", "a day that the report does not tell")
    cores, memory, load = (machine.get(name, "?") for name in ("cores", "memory_gib", "load"))
    ran = f"{day}, {machine.get('cpu', 'an unknown processor')}, {cores} cores, {memory} GiB, load {load} at the end"
    return f"{ran}; {', '.join(f'{name} {number}' for name, number in versions.items())}."


def _rows(report: Json) -> Iterator[str]:
    yield "| figure | value | | n | asked | | |"
    yield "|---|---|---|---|---|---|---|"
    for row in map(row_of, report["rows"]):
        cells = (f"`{row.key}`", _number(row.value), _spread(row), f"{row.n:,}", _bar(row), _met(row), _told(row.note))
        yield f"| {' | '.join(cells)} |"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _spread(row: Row) -> str:
    if row.bounds:
        return f"{row.bounds[0]:.3f}–{row.bounds[1]:.3f}"
    return row.unit + (f", {_number(min(row.samples))}–{_number(max(row.samples))}" if row.samples else "")


def _bar(row: Row) -> str:
    return "" if row.bar is None else f"{'≤' if row.low_is_good else '≥'} {_number(row.bar)}"


def _met(row: Row) -> str:
    return {None: "", True: "met", False: "**missed**"}[row.met]


def _told(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _killed(report: Json) -> Iterator[str]:
    yield "| what | times | acked | answered | connections | lost, doubled or out of order |"
    yield "|---|---|---|---|---|---|"
    for row in report["rows"].values():
        counts = (f"{row[name]:,}" for name in ("rounds", "acked", "answered", "connects"))
        yield f"| {row['what']} | {' | '.join(counts)} | {len(row['faults'])} |"


def main(given: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.figures", description="docs/figures.md, from the reports.")
    parser.add_argument("--build", type=Path, default=BUILD, help="the folder of the reports; build by default")
    parser.add_argument("--page", type=Path, default=PAGE, help="the page to write; docs/figures.md by default")
    asked = parser.parse_args(given)
    asked.page.write_text(page(asked.build), "utf-8")
    print(f"written {asked.page}")


if __name__ == "__main__":
    main()
