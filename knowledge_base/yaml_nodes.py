"""
YamlError   a block that is no YAML of ours; carries the line and what to write instead

YAML as nodes that know their lines. Nothing is constructed: a scalar is its text, a duplicate key is an error, and
anchors, aliases and deep nesting are refused before anything grows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import yaml

MAX_LENGTH = 64 * 1024
MAX_DEPTH = 20
_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = ("str", "int", "float", "bool", "null", "timestamp", "merge", "value")


class YamlError(ValueError):
    """A block that cannot be read: at which line, and what to write instead."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written.

    Attributes:
        kind: what YAML would take it for: `str`, `int`, `float`, `bool`, `null`, `timestamp` or `tagged`.
        plain: whether it stands without quotes and not as a block.
        cut: whether text after ` #` was cut off as a comment.
    """

    text: str
    kind: str
    line: int
    plain: bool
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Value, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in order; `key_lines` are where the keys stand."""

    entries: dict[str, Value]
    key_lines: dict[str, int]
    line: int


Value: TypeAlias = Scalar | Sequence | Mapping


def read_yaml(text: str, first_line: int = 1) -> Value | None:
    """The block as values with lines of the file, None where it is empty. Raises YamlError."""
    _refuse_bombs(text, first_line)
    try:
        _refuse_anchors(text, first_line)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise YamlError(first_line + _marked_line(error), _problem(error)) from error
    except yaml.YAMLError as error:
        raise YamlError(first_line, f"a character here cannot stand in YAML ({error.__class__.__name__})") from error
    except RecursionError as error:
        raise YamlError(first_line, f"nested more than {MAX_DEPTH} deep; write it flat") from error
    return None if node is None else _value(node, text.split("\n"), first_line, 0)


def _marked_line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return 0 if mark is None else mark.line


def _problem(error: yaml.MarkedYAMLError) -> str:
    return f"this is no YAML: {error.problem or error.context}; put the whole value into single quotes '…'"


def _refuse_bombs(text: str, first_line: int) -> None:
    if len(text) > MAX_LENGTH:
        raise YamlError(first_line, f"longer than {MAX_LENGTH // 1024} KiB; split it")
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign in "[{") - (sign in "]}")
        if depth > MAX_DEPTH:
            line = first_line + text.count("\n", 0, at)
            raise YamlError(line, f"brackets nested more than {MAX_DEPTH} deep; write it flat")


def _refuse_anchors(text: str, first_line: int) -> None:
    if "&" not in text and "*" not in text:
        return
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "anchor", None) is not None:
            line = first_line + (event.start_mark.line if event.start_mark else 0)
            raise YamlError(line, "anchors and aliases (& and *) are not used; repeat the text, or put it into quotes")


def _value(node: yaml.Node, lines: list[str], first_line: int, depth: int) -> Value:
    line = first_line + node.start_mark.line
    if depth > MAX_DEPTH:
        raise YamlError(line, f"nested more than {MAX_DEPTH} deep; write it flat")
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, lines, line)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_value(item, lines, first_line, depth + 1) for item in node.value), line)
    return _mapping(node, lines, first_line, depth)


def _mapping(node: yaml.Node, lines: list[str], first_line: int, depth: int) -> Mapping:
    entries: dict[str, Value] = {}
    key_lines: dict[str, int] = {}
    for key, value in node.value:
        line = first_line + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            raise YamlError(line, "a key must be a plain word; put texts that begin with [ or { into quotes")
        if key.value in entries:
            raise YamlError(
                line, f"the key {key.value!r} stands twice (first on line {key_lines[key.value]}); keep one"
            )
        entries[key.value] = _value(value, lines, first_line, depth + 1)
        key_lines[key.value] = line
    return Mapping(entries, key_lines, first_line + node.start_mark.line)


def _scalar(node: yaml.ScalarNode, lines: list[str], line: int) -> Scalar:
    name = node.tag.removeprefix(_TAG)
    plain = not node.style  # libyaml says "" for it
    if not node.tag.startswith(_TAG) or name not in _PLAIN_TAGS:
        return Scalar(f"{node.tag} {node.value}".strip(), "tagged", line, plain)
    end = node.end_mark
    rest = lines[end.line][end.column :] if plain and end is not None and end.line < len(lines) else ""
    return Scalar(node.value, name, line, plain, cut=rest.lstrip().startswith("#"))
