"""Reads a clause's `examples`: facts in, the decision expected. They are run by the check of a shop folder."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import dataclass

from knowledge_base.csv_cells import CellError, decimal, moment
from knowledge_base.facts import FACTS, Fact
from knowledge_base.findings import Findings, suggestion
from knowledge_base.policy import REQUESTS, Example
from knowledge_base.yaml_nodes import Mapping, Scalar, Sequence, Value

_KEYS = ("request", "now", "facts", "expect")
_GRANTS = ("refund", "deliver", "reissue", "exchange", "wait")
_ASKED = ("order.number", "order.proof", "order.item")
_WRITE = {
    "bool": "true or false",
    "int": "a whole number, such as 2",
    "double": "a number, such as 30.00",
    "string": "a text",
    "timestamp": "a time with its offset, such as 2026-03-01T12:00:00+08:00",
    "list(string)": "a list of texts, such as [a, b]",
}


class _Wrong(ValueError):
    """A value of another type than its fact's."""


def read_examples(file: str, value: Value | None, requests: tuple[str, ...], findings: Findings) -> tuple[Example, ...]:
    """The examples of one block; those with a fault are left out. `now` is empty where none is given."""
    if value is None:
        return ()
    if not isinstance(value, Sequence):
        findings.fault(file, value.line, "examples must be a list: a line that begins with - for each")
        return ()
    reader = _ExampleReader(file, requests, findings)
    return tuple(example for example in (reader.read(item) for item in value.items) if example is not None)


@dataclass(frozen=True, slots=True)
class _ExampleReader:
    file: str
    requests: tuple[str, ...]
    findings: Findings

    def _fault(self, line: int, message: str) -> None:
        self.findings.fault(self.file, line, f"example: {message}")

    def read(self, value: Value) -> Example | None:
        before = len(self.findings.faults)
        if not isinstance(value, Mapping):
            self._fault(
                value.line, "write {request: refund, facts: {order.paid: true}, expect: {grant: {refund: 30.00}}}"
            )
            return None
        for key, line in value.key_lines.items():
            if key not in _KEYS:
                self._fault(line, f"unknown key {key!r}{suggestion(key, _KEYS) or '; it holds ' + ', '.join(_KEYS)}")
        request = self._request(value)
        facts = self._facts(value.entries.get("facts"))
        expect = self._expect(value)
        now = self._now(value.entries.get("now"))
        if len(self.findings.faults) > before:
            return None
        return Example(request, facts, expect, now, value.line)

    def _request(self, value: Mapping) -> str:
        found = value.entries.get("request")
        if found is None and len(self.requests) == 1:
            return self.requests[0]
        request = found.text if isinstance(found, Scalar) else ""
        if request not in REQUESTS:
            self._fault(value.line if found is None else found.line, f"request must be one of {', '.join(REQUESTS)}")
        elif self.requests and request not in self.requests:
            self.findings.warn(self.file, value.line, f"example: the clause is not for the request {request}")
        return request

    def _now(self, value: Value | None) -> str:
        if value is None:
            return ""
        try:
            text = value.text if isinstance(value, Scalar) else ""
            return moment(text).isoformat()
        except CellError as error:
            self._fault(value.line, f"now: {error}")
            return ""

    def _facts(self, value: Value | None) -> dict[str, object]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._fault(value.line, "facts must be a mapping, such as {order.paid: true}")
            return {}
        found: dict[str, object] = {}
        for name, item in value.entries.items():
            if (fact := FACTS.get(name)) is None:
                self._fault(value.key_lines[name], f"{name!r} is not a fact{suggestion(name, FACTS)}")
            else:
                self._fact(fact, item, found)
        return found

    def _fact(self, fact: Fact, value: Value, found: dict[str, object]) -> None:
        try:
            found[fact.name] = _typed(fact, value)
        except (_Wrong, CellError):
            written = repr(value.text) if isinstance(value, Scalar) else "this"
            self._fault(value.line, f"{fact.name} must be {_WRITE[fact.type]}, and {written} is not")
            return
        if fact.values and found[fact.name] not in fact.values:
            near = suggestion(str(found[fact.name]), fact.values) or f"; it is one of {', '.join(fact.values)}"
            self._fault(value.line, f"{fact.name} is never {found[fact.name]!r}{near}")

    def _expect(self, value: Mapping) -> dict[str, object]:
        expect = value.entries.get("expect")
        entry = next(iter(expect.entries.items())) if isinstance(expect, Mapping) and len(expect.entries) == 1 else None
        readers: Table[str, Callable[[Value], object]] = {
            "grant": self._granted,
            "refuse": lambda item: self._one(item, ("reason",)),
            "refer": lambda item: self._one(item, ("priority",)),
            "need": self._needed,
        }
        if entry is None or entry[0] not in readers:
            line = value.line if expect is None else expect.line
            self._fault(line, "expect holds one of grant, refuse, refer and need: {grant: {refund: 30.00}}")
            return {}
        return {entry[0]: readers[entry[0]](entry[1])}

    def _granted(self, value: Value) -> object:
        found = self._one(value, _GRANTS)
        for kind, text in found.items():
            if kind == "exchange":
                continue
            try:
                decimal(text)
            except CellError as error:
                self._fault(value.line, f"expect: {kind}: {error}")
            if "." in text and kind != "refund":
                self._fault(value.line, f"expect: {kind} is a whole number, and {text!r} is not")
        return found

    def _one(self, value: Value, known: tuple[str, ...]) -> dict[str, str]:
        if isinstance(value, Mapping) and len(value.entries) == 1:
            key, item = next(iter(value.entries.items()))
            if key in known and isinstance(item, Scalar) and item.kind != "null":
                return {key: item.text.strip()}
        self._fault(value.line, f"expect: write one of {', '.join(known)} with its value, such as {{{known[0]}: …}}")
        return {}

    def _needed(self, value: Value) -> tuple[str, ...]:
        items = value.items if isinstance(value, Sequence) else ()
        found = [item.text for item in items if isinstance(item, Scalar)]
        if not found or len(found) < len(items):
            self._fault(value.line, "expect: need is the list of missing facts: {need: [claim.reason]}")
        for name in found:
            if name not in FACTS and name not in _ASKED:
                self._fault(value.line, f"expect: {name!r} is not a fact{suggestion(name, FACTS)}")
        return tuple(sorted(set(found)))


def _typed(fact: Fact, value: Value) -> object:
    if fact.type == "list(string)":
        return _texts(value)
    if not isinstance(value, Scalar) or value.kind in ("tagged", "null"):
        raise _Wrong
    text = value.text.strip()
    if fact.type == "string":
        return text
    if fact.type == "timestamp":
        return moment(text)
    if fact.type == "bool":
        return _flag(text)
    number = decimal(text)
    if fact.type == "double":
        return float(number)
    if number != int(number):
        raise _Wrong
    return int(number)


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise _Wrong
    return text == "true"


def _texts(value: Value) -> tuple[str, ...]:
    if not isinstance(value, Sequence):
        raise _Wrong
    items = [item.text for item in value.items if isinstance(item, Scalar) and item.kind not in ("tagged", "null")]
    if len(items) < len(value.items):
        raise _Wrong
    return tuple(items)
