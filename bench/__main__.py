"""`python -m bench [NAME …] [--only KEY] [--json] [--small]`: how fast it is, over baselines of the same run."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread, for every side alike

from evals.report import Report, Row, row_of

BUILD = Path(__file__).parent.parent / "build"
Measure = Callable[[bool], list[Row]]
BARS: Mapping[str, tuple[float, bool]] = {
    "turn_cpu_ratio": (4.0, True), "hybrid_cpu_ratio": (1.5, True), "hybrid_growth": (100.0, True),
    "search_vs_langchain": (2.5, False), "serving_rss_mib": (700.0, True), "import_light": (0.0, True),
    "group_commit_gain": (10.0, False), "durable_ack_cpu_ratio": (0.45, False), "replay_100k_s": (60.0, True),
    "first_sentence_added_ms": (25.0, True), "idle_memory_ratio": (2.3, True), "connect_resume_ratio": (0.25, False),
    "cross_worker_ratio": (2.0, True),
    "report_1m_ms": (1000.0, True), "million_rows_ms": (200.0, True),
    "group_commit_gain_postgresql": (10.0, False), "report_1m_postgresql_ms": (1000.0, True),
    "million_rows_postgresql_ms": (200.0, True),
}  # fmt: skip
"""What is asked of each figure, and whether less is better."""


def _retrieval(small: bool) -> list[Row]:
    return [row_of(row) for row in import_module("bench.retrieval").measure(not small)]


def _turn(small: bool) -> list[Row]:
    rows: list[Row] = import_module("bench.turn").measure()
    return rows


def _model(small: bool) -> list[Row]:
    rows: list[Row] = import_module("bench.model").measure()
    return rows


def _imports(small: bool) -> list[Row]:
    rows: list[Row] = import_module("bench.imports").measure()
    return rows


def _replay(small: bool) -> list[Row]:
    rows: list[Row] = import_module("bench.replay").measure(BUILD, small)
    return rows


def _indexing(small: bool) -> list[Row]:
    rows: list[Row] = import_module("bench.indexing").measure(BUILD, small)
    return rows


def _record(module: str, engine: str = "sqlite") -> Measure:
    def measure(small: bool) -> list[Row]:
        rows: list[Row] = import_module(module).measure(BUILD, small, engine)
        return rows

    return measure


def _on_disk(module: str, *given: str) -> Measure:
    def measure(small: bool) -> list[Row]:
        rows: list[Row] = import_module(module).measure(BUILD, *given)
        return rows

    return measure


MEASURES: Mapping[str, Measure] = {
    "imports": _imports, "turn": _turn, "model": _model, "journal": _on_disk("bench.journal"),
    "chat": _on_disk("bench.chat"),
    "retrieval": _retrieval, "replay": _replay, "acks": _on_disk("bench.acks"), "idle": _on_disk("bench.idle"),
    "connects": _on_disk("bench.connects"),
    "sizing": _on_disk("bench.sizing"), "workers": _on_disk("bench.workers"), "orm": _on_disk("bench.orm"),
    "reports": _record("bench.reports"), "tickets": _record("bench.tickets"), "indexing": _indexing,
    "journal-postgresql": _on_disk("bench.journal", "postgresql"),
    "reports-postgresql": _record("bench.reports", "postgresql"),
    "tickets-postgresql": _record("bench.tickets", "postgresql"),
}  # fmt: skip
MEASURED_BY: Mapping[str, str] = {
    "turn_cpu_ratio": "turn", "import_light": "imports", "serving_rss_mib": "chat", "group_commit_gain": "journal",
    "first_sentence_added_ms": "model", "first_sentence_added_cpu_ms": "model",
    "hybrid_cpu_ratio": "retrieval", "hybrid_growth": "retrieval", "search_vs_langchain": "retrieval",
    "replay_100k_s": "replay", "replay_two_workers_gain": "replay", "index_two_workers_gain": "indexing",
    "index_texts_per_s": "indexing", "durable_ack_cpu_ratio": "acks", "durable_ack_echo_ratio": "acks",
    "idle_memory_ratio": "idle", "connect_resume_ratio": "connects", "cross_worker_ratio": "workers",
    "orm_session_gain": "orm",
    "report_1m_ms": "reports", "million_rows_ms": "tickets",
    "group_commit_gain_postgresql": "journal-postgresql", "report_1m_postgresql_ms": "reports-postgresql",
    "million_rows_postgresql_ms": "tickets-postgresql",
}  # fmt: skip
"""Which measurement gives a figure."""


def main(given: Sequence[str] | None = None) -> int:
    """Measure and report; 2 for a name that is not there. A missed bar is said, not failed: machines are shared."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="How fast it is, over baselines.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASURES)}; all by default")
    parser.add_argument("--json", action="store_true", help="the report as one JSON document on standard output")
    parser.add_argument("--small", action="store_true", help="leave out the largest sizes, which take minutes")
    parser.add_argument("--only", action="append", default=[], metavar="KEY", help="the figure of that key alone")
    asked = parser.parse_args(given)
    if unknown := [*(set(asked.names) - MEASURES.keys()), *(set(asked.only) - MEASURED_BY.keys())]:
        there = ", ".join([*MEASURES, *MEASURED_BY])
        print(f"nothing measures {', '.join(unknown)}; there are {there}", file=sys.stderr)
        return 2
    BUILD.mkdir(exist_ok=True)
    names = dict.fromkeys([*asked.names, *(MEASURED_BY[key] for key in asked.only)])
    rows = [row for name in names or MEASURES for row in _measured(name, asked.small)]
    report = Report(tuple(_with_bar(row) for row in rows))
    report.write(BUILD / ("bench-some.json" if names else "bench.json"))
    print(json.dumps(report.as_json(), ensure_ascii=False) if asked.json else report.table())
    return 0


def _measured(name: str, small: bool) -> list[Row]:
    started = time.perf_counter()
    rows = MEASURES[name](small)
    print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return rows


def _with_bar(row: Row) -> Row:
    bar, low = BARS.get(row.key, (None, False))
    return replace(row, bar=bar, low_is_good=low)


if __name__ == "__main__":
    raise SystemExit(main())
