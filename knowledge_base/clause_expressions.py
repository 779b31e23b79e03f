"""Reads the expressions of a clause, with every mistake as a fault at its line."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cel

from knowledge_base.cel_names import facts_named
from knowledge_base.cel_nodes import Node
from knowledge_base.cel_parser import CelSyntaxError, parse
from knowledge_base.cel_types import Checked, check
from knowledge_base.expression_words import expression_fault
from knowledge_base.findings import Findings
from knowledge_base.policy import WhenLine
from knowledge_base.yaml_nodes import Mapping, Scalar, Sequence, Value

NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A `when` line and its tree."""

    when: WhenLine
    node: Node


@dataclass(frozen=True, slots=True)
class ExpressionReader:
    """Reads the expressions of one file."""

    file: str
    findings: Findings

    def when_lines(self, value: Value | None) -> tuple[ReadLine, ...]:
        """The lines of `when`; those that cannot be read are faults and left out."""
        if value is None or (isinstance(value, Scalar) and value.kind == "null"):
            return ()
        if not isinstance(value, Sequence):
            self._fault(value, "when must be a list: a line that begins with - for each condition")
            return ()
        return tuple(line for line in (self._when_line(item) for item in value.items) if line is not None)

    def _when_line(self, value: Value) -> ReadLine | None:
        text = self._line_text(value)
        node = None if text is None else self._checked(text, value.line, ("bool",), "a when line")
        if text is None or node is None:
            return None
        return ReadLine(WhenLine(text, facts_named(node), value.line), node)

    def _line_text(self, value: Value) -> str | None:
        problem = _misread(value)
        if problem is None and isinstance(value, Scalar):
            return value.text.strip()
        self._fault(value, f"this when line is {problem}; quote the whole line: - '…'")
        return None

    def outcome(self, value: Value, wanted: str, key: str) -> tuple[str, tuple[str, ...]] | None:
        """The expression or plain number of an outcome, and the facts that it names; None where it is wrong."""
        if not isinstance(value, Scalar) or value.kind in ("tagged", "null", "bool"):
            self._fault(value, f"{key} must be one expression; quote it: {key}: '…'")
            return None
        text = value.text.strip()
        if NUMBER.fullmatch(text) and (wanted == "double" or "." not in text):
            return text, ()
        node = self._checked(text, value.line, (wanted,), key)
        return None if node is None else (text, facts_named(node))

    def _checked(self, text: str, line: int, wanted: tuple[str, ...], place: str) -> Node | None:
        try:
            node = parse(text)
        except CelSyntaxError as error:
            self.findings.add(expression_fault(self.file, line, _short(text), str(error), syntax=True))
            return None
        found = check(node, text)
        problems = [mistake.message for mistake in found.mistakes] or _wrong_type(found, wanted, place, text)
        problems = problems or _refused_by_engine(text)
        for problem in problems:
            self.findings.add(expression_fault(self.file, line, _short(text), problem))
        return None if problems else node

    def _fault(self, value: Value, message: str) -> None:
        self.findings.fault(self.file, value.line, message)


def _misread(value: Value) -> str | None:
    """What YAML takes an unquoted line for, None where it is the text that was meant."""
    if isinstance(value, Mapping):
        return 'read as a mapping (": " makes a key)'
    if isinstance(value, Sequence):
        return "read as a list ([ begins one)"
    if value.kind == "tagged":
        return "read as a YAML tag (! begins one)"
    if value.kind != "str":
        return f"read as {value.kind}"
    return "cut short (what follows ` #` is a comment in YAML)" if value.cut else None


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 100 else f"{flat[:99]}…"


def _wrong_type(found: Checked, wanted: tuple[str, ...], place: str, text: str) -> list[str]:
    if found.type in wanted:
        return []
    if found.type == "int" and "double" in wanted:
        return [f"{place} is an amount, a double, and this is an int; write double({text})"]
    if found.type == "double" and "int" in wanted:
        return [f"{place} is a whole number, an int, and this is a double; write int({text})"]
    if wanted == ("bool",):
        return [f"{place} must be true or false, and this is {found.type}; compare it with something"]
    return [f"{place} must be {wanted[0]}, and this is {found.type}"]


def _refused_by_engine(text: str) -> list[str]:
    """What the evaluator itself says: whatever it cannot compile must never wait for a buyer to find it."""
    try:
        cel.compile(text)
    except Exception as error:
        return [f"the engine cannot read this: {str(error).splitlines()[0]}; write it more simply"]
    return []
