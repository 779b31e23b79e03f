"""`python -m evals [SUITE …] [--json]`: how good the answers are, as a table and in `build/eval.json`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from evals.fault import Fault
from evals.report import Report
from evals.runner import SCORERS, UnknownSuite, run, suites

BUILD = Path(__file__).parent.parent / "build"
SHOWN = 12
OURS = (
    "These cases were written by the people who wrote the product, for its own demo shop, and flatter it: they show "
    "that a change made something worse, not how it does on a real shop's messages."
)


def main(given: Sequence[str] | None = None) -> int:
    """Run the suites; 1 where a safety suite fails, 2 for a suite that is not there."""
    parser = argparse.ArgumentParser(prog="python -m evals", description="How good the answers are.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SCORERS)}; all by default")
    parser.add_argument("--json", action="store_true", help="the report as one JSON document on standard output")
    asked = parser.parse_args(given)
    try:
        names = suites(asked.suites)
    except UnknownSuite as unknown:
        print(unknown, file=sys.stderr)
        return 2
    found, took = run(names, progress)
    progress("")
    report = Report(found.rows)
    _write(report, found.faults, whole=not asked.suites)
    print(json.dumps(report.as_json(), ensure_ascii=False) if asked.json else report.table())
    _tell(found.faults, took)
    return 1 if any(row.fatal and not row.met for row in found.rows) else 0


def progress(text: str) -> None:
    """One line that is written over, where somebody looks on."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _write(report: Report, faults: Sequence[Fault], whole: bool) -> None:
    """The report of everything goes to its place; of some suites beside it, so that none passes for the other."""
    name = "eval" if whole else "eval-some"
    report.write(BUILD / f"{name}.json")
    lines = [json.dumps(fault.as_json(), ensure_ascii=False, default=str) for fault in faults]
    (BUILD / f"{name}-faults.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _tell(faults: Sequence[Fault], took: dict[str, float]) -> None:
    """What a reader of the table should know besides, on standard error."""
    by_suite: dict[str, list[Fault]] = {}
    for fault in faults:
        by_suite.setdefault(fault.suite, []).append(fault)
    for suite, found in by_suite.items():
        print(f"\n{suite}: {len(found)} faults, all in build/", file=sys.stderr)
        for fault in found[:SHOWN]:
            print(f"  {fault}"[:240], file=sys.stderr)
    seconds = ", ".join(f"{name} {value:.0f} s" for name, value in took.items())
    print(f"\n{OURS}\ntook {seconds}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
