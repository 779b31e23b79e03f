"""
CaseError
└── BadCase   a place in a file of cases is wrong

Cases: what is tried, as YAML lists in `cases/`, each case with the answer that it should get.

Only `true` and `false`, `null` and numbers are anything but text: a day, `no` and `on` stay the words that they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from evals.shapes import SHAPES, Wrong, faults_in

CASES = Path(__file__).with_name("cases")

Json = dict[str, Any]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)\Z")
_FRACTION = re.compile(r"[-+]?\d+\.\d+\Z")


class CaseError(Exception):
    """Cases cannot be used."""


class BadCase(CaseError):
    """A place in a file of cases that is wrong, and what to write instead."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        self.path, self.line, self.why = path, line, why
        super().__init__(f"{path.name}:{line}: {why}")


class Located(dict[str, Any]):
    """A mapping that knows in which file and on which line it stands, and each of its keys."""

    file: str
    line: int
    key_lines: dict[str, int]


Value: TypeAlias = "Located | list[Value] | str | int | float | bool | None"


def cases(name: str, *required: str, folder: Path | None = None) -> tuple[Json, ...]:
    """Every case of `name`.yaml; each must have the fields `required` and the shape of that set. Raises BadCase."""
    return read_cases((folder or CASES) / f"{name}.yaml", SHAPES.get(name), *required)


def read_cases(path: Path, shape: Mapping[str, Any] | None = None, *required: str) -> tuple[Json, ...]:
    """The cases of one file, each with its own id. Raises BadCase, OSError."""
    found = _read(path)
    if not isinstance(found, list):
        raise BadCase(path, 1, "a file of cases is a list: begin each case with `- id: …`")
    seen: dict[str, int] = {}
    return tuple(_checked(path, case, seen, shape, required) for case in found)


def place_of(case: Mapping[str, Any]) -> str:
    """`file:line` of a case that was read, else nothing."""
    return f"{case.file}:{case.line}" if isinstance(case, Located) else ""


def _checked(
    path: Path, case: Value, seen: dict[str, int], shape: Mapping[str, Any] | None, required: tuple[str, ...]
) -> Json:
    if not isinstance(case, Located):
        raise BadCase(path, 1, f"{case!r} is no case: each is `id: …` and more fields under one `-`")
    if missing := [field for field in required if field not in case]:
        raise BadCase(path, case.line, f"without {', '.join(missing)}: a case needs {', '.join(required)}")
    for wrong in faults_in(case, shape) if shape else ():
        raise BadCase(path, _line_of(case, wrong), wrong.why)
    if (name := case.get("id")) is not None and seen.setdefault(str(name), case.line) != case.line:
        raise BadCase(path, case.line, f"the id {name} is that of the case on line {seen[str(name)]} too: give it one")
    return case


def _line_of(case: Located, wrong: Wrong) -> int:
    """The line of the deepest key on the way to what is wrong."""
    line = case.line
    here: Any = case
    for step in wrong.way:
        line = here.key_lines.get(str(step), line) if isinstance(here, Located) else line
        here = here[step]
        line = here.line if isinstance(here, Located) and isinstance(step, int) else line
    return line


def _read(path: Path) -> Value:
    try:
        node = yaml.compose(path.read_text("utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadCase(path, mark.line + 1 if mark else 1, f"not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise BadCase(path, 1, f"not YAML: {error}") from error
    return [] if node is None else _value(path, node)


def _value(path: Path, node: yaml.Node) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(path, item) for item in node.value]
    found = Located()
    found.file, found.line, found.key_lines = path.name, node.start_mark.line + 1, {}
    for key, line, value in _entries(path, node):
        found[key], found.key_lines[key] = value, line
    return found


def _entries(path: Path, node: yaml.Node) -> Iterator[tuple[str, int, Value]]:
    seen = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise BadCase(path, line, "a key must be a word: put texts that begin with [ or { into quotes")
        if key.value in seen:
            raise BadCase(path, line, f"the key {key.value} stands twice: keep one")
        seen.add(key.value)
        yield key.value, line, _value(path, value)


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.match(text):
        return int(text)
    return float(text) if _FRACTION.match(text) else text
