"""`python -m tests.house.sizes`: how large the project is, room by room, and what it costs to load and to test.

Lines are lines of files as they stand. A function's are from `def` to its end, without its
docstring and the functions within it, which count by themselves. `--json` prints
one document.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.side_by_side import TIMES

ROOT = Path(__file__).parents[2]
ROOMS = ("knowledge_base", "retrieval", "ticketing", "support", "evals", "bench", "tests", "widget")
MOST_LINES, MOST_OF_A_FUNCTION = 300, 40
Definition = ast.FunctionDef | ast.AsyncFunctionDef
MEASURED = 5
"""Times that a process is begun to load the program, of which the least counts."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function and its lines without the docstring; `name` with its class."""

    path: str
    name: str
    lines: int


@dataclass(frozen=True, slots=True)
class Room:
    """One room's files and functions; `largest` as `path: lines`."""

    room: str
    files: int
    lines: int
    median_file: float
    largest_file: str
    functions: int
    median_function: float
    largest_function: str


def tracked(*patterns: str) -> list[str]:
    """Files of the project."""
    found = subprocess.run(["git", "ls-files", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in found.stdout.split("\n") if name and (ROOT / name).is_file()]


def length(name: str) -> int:
    """A file's lines."""
    return len((ROOT / name).read_text("utf-8").splitlines())


def functions(name: str) -> Iterator[Function]:
    """A Python file's functions, those within another one too."""
    return _within(ast.parse((ROOT / name).read_text("utf-8")), name, "")


def _within(node: ast.AST, path: str, inside: str) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield Function(path, f"{inside}{child.name}", _own_lines(child))
        named = f"{inside}{child.name}." if isinstance(child, Definition | ast.ClassDef) else inside
        yield from _within(child, path, named)


def _own_lines(function: Definition) -> int:
    told = function.body[0] if ast.get_docstring(function) is not None else None
    return _span(function) - (_span(told) if told else 0) - sum(map(_span, _inner(function)))


def _inner(node: ast.AST) -> Iterator[Definition]:
    """The functions within, but not those within these."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Definition):
            yield child
        else:
            yield from _inner(child)


def _span(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def long_files() -> dict[str, int]:
    """Python files over MOST_LINES, but for migrations, which are not touched any more."""
    names = [name for name in tracked("*.py") if "/migrations/" not in name]
    return {name: lines for name in names if (lines := length(name)) > MOST_LINES}


def long_functions() -> dict[str, int]:
    """Functions over MOST_OF_A_FUNCTION, as `path::name`."""
    names = [name for name in tracked("*.py") if "/migrations/" not in name]
    found = (one for name in names for one in functions(name))
    return {f"{one.path}::{one.name}": one.lines for one in found if one.lines > MOST_OF_A_FUNCTION}


def room(name: str) -> Room:
    """What one room holds."""
    endings = ("*.ts", "*.tsx", "*.mjs") if name == "widget" else ("*.py",)
    sizes = {path: length(path) for path in tracked(*(f"{name}/{ending}" for ending in endings))}
    found = [one for path in sizes if path.endswith(".py") for one in functions(path)]
    largest, longest = max(sizes, key=lambda path: sizes[path]), max(found, key=lambda one: one.lines, default=None)
    return Room(
        name, len(sizes), sum(sizes.values()), statistics.median(sizes.values()), f"{largest}: {sizes[largest]}",
        len(found), statistics.median(one.lines for one in found) if found else 0,
        f"{longest.path}::{longest.name}: {longest.lines}" if longest else "",
    )  # fmt: skip


def dependencies() -> dict[str, int]:
    """Packages that are named, and that an installation brings."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    return {
        "named": len(project["dependencies"]),
        "installed": sum(1 for line in lock if "==" in line and not line.startswith((" ", "#"))),
        "browser": len(json.loads((ROOT / "widget/package.json").read_text("utf-8"))["dependencies"]),
    }


def loading_ms() -> dict[str, int]:
    """Milliseconds to load the command line and the web application, in a process of their own."""
    return {module: min(_load(module) for _ in range(MEASURED)) for module in ("support.cli.app", "support.web.app")}


def _load(module: str) -> int:
    code = f"import time; t = time.perf_counter(); import {module}; print(round((time.perf_counter() - t) * 1000))"
    return int(subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout)


def seconds_of_suites() -> dict[str, int] | None:
    """Seconds of each of `make test`'s suites when all of them last passed here; None where they never did."""
    return json.loads(TIMES.read_text("utf-8")) if TIMES.is_file() else None


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.house.sizes", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document")
    as_json = parser.parse_args().json
    rooms, needed, loaded, tested = [room(name) for name in ROOMS], dependencies(), loading_ms(), seconds_of_suites()
    if as_json:
        document = {
            "rooms": [asdict(one) for one in rooms],
            "dependencies": needed,
            "loading_ms": loaded,
            "test_seconds": tested,
        }
        print(json.dumps(document, indent=1))
        return
    print(f"{'room':<15}{'files':>6}{'lines':>8}{'median':>8}  largest file")
    for one in rooms:
        print(f"{one.room:<15}{one.files:>6}{one.lines:>8}{one.median_file:>8g}  {one.largest_file}")
    print(f"\n{'room':<15}{'functions':>10}{'median':>8}  largest function")
    for one in rooms:
        if one.functions:
            print(f"{one.room:<15}{one.functions:>10}{one.median_function:>8g}  {one.largest_function}")
    print("\ndependencies: " + ", ".join(f"{count} {what}" for what, count in needed.items()))
    print("loading: " + ", ".join(f"{module} {ms} ms" for module, ms in loaded.items()))
    times = ", ".join(f"{suite} {seconds} s" for suite, seconds in (tested or {}).items())
    print("tests, two suites at a time: " + (times or "make test has not passed here yet"))
    print(f"over {MOST_LINES} lines: {len(long_files())} files")
    print(f"over {MOST_OF_A_FUNCTION} lines: {len(long_functions())} functions")


if __name__ == "__main__":
    main()
