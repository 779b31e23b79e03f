"""`python -m evals [SUITE …] [--keep] [--json]`: how good the answers are, as a table and in `build/`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from evals.baseline import BASELINE, BaselineError, Turned, compared, keep, read_baseline, told
from evals.case import CaseError
from evals.fault import Fault, Found
from evals.page.page import Page
from evals.report import Report
from evals.runner import SCORERS, UnknownSuite, run, suites

BUILD = Path(__file__).parent.parent / "build"
SHOWN = 12
INTERRUPTED = 130
OURS_ZH = "这些用例由产品作者为自带的演示店铺编写，结果偏乐观：只能说明某次改动是否变差，不代表真实店铺的表现。"
OURS = (
    "These cases were written by the people who wrote the product, for its own demo shop, and flatter it: they show "
    "that a change made something worse, not how it does on a real shop's messages."
)


def main(given: Sequence[str] | None = None) -> int:
    """Run the suites; 1 where safety fails or a suite lost significantly, 2 for wrong usage, 130 where stopped."""
    parser = argparse.ArgumentParser(prog="python -m evals", description="How good the answers are.")
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(SCORERS)}; all by default")
    parser.add_argument("--json", action="store_true", help="the report as one JSON document on standard output")
    parser.add_argument("--keep", action="store_true", help="make what comes out the new evals/baseline.json")
    asked = parser.parse_args(given)
    try:
        before, names = read_baseline(BASELINE), suites(asked.suites)
        found, took = run(names, progress)
    except (UnknownSuite, CaseError, BaselineError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        progress("")
        print("stopped; no report was written", file=sys.stderr)
        return INTERRUPTED
    progress("")
    turned, report = compared(found.scores, before), Report(found.rows)
    _write(report, found, turned, took, whole=not asked.suites)
    print(json.dumps(report.as_json(), ensure_ascii=False) if asked.json else report.table())
    _tell(found.faults, took, turned)
    return _ended(found, turned, asked.keep)


def _ended(found: Found, turned: Sequence[Turned], kept: bool) -> int:
    """The exit code, and the new baseline where one is wanted: never one that is unsafe."""
    unsafe = [row.key for row in found.rows if row.fatal and not row.met]
    if unsafe:
        print(f"\nSAFETY FAILED: {', '.join(unsafe)}", file=sys.stderr)
        return 1
    if kept:
        keep(found.scores, BASELINE)
        print(f"\nkept as the baseline: {BASELINE}", file=sys.stderr)
        return 0
    worse = [one.suite for one in turned if one.worse]
    if worse:
        print(f"\nWORSE than the baseline: {', '.join(worse)}; if it is meant, --keep", file=sys.stderr)
    return 1 if worse else 0


def progress(text: str) -> None:
    """One line that is written over, where somebody looks on."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _write(report: Report, found: Found, turned: Sequence[Turned], took: dict[str, float], whole: bool) -> None:
    """The report of everything goes to its place; of some suites beside it, so that none passes for the other."""
    name = "eval" if whole else "eval-some"
    report.write(BUILD / f"{name}.json")
    Page(report, found.scores, turned, took, note=(OURS_ZH, OURS)).write(BUILD / f"{name}.html")
    lines = [json.dumps(fault.as_json(), ensure_ascii=False, default=str) for fault in found.faults]
    (BUILD / f"{name}-faults.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def _tell(faults: Sequence[Fault], took: dict[str, float], turned: Sequence[Turned]) -> None:
    """What a reader of the table should know besides, on standard error."""
    by_suite: dict[str, list[Fault]] = {}
    for fault in faults:
        by_suite.setdefault(fault.suite, []).append(fault)
    for suite, found in by_suite.items():
        print(f"\n{suite}: {len(found)} faults, all in build/", file=sys.stderr)
        for fault in found[:SHOWN]:
            print(f"  {fault}"[:240], file=sys.stderr)
    since = told(turned)
    print("\nsince the baseline:", *(since or ["nothing turned"]), sep="\n", file=sys.stderr)
    seconds = ", ".join(f"{name} {value:.0f} s" for name, value in took.items())
    print(f"\n{OURS}\ntook {seconds}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
