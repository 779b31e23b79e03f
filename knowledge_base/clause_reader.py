"""Reads a clause block: `requests`, `when`, `then` and `examples`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from knowledge_base.clause_expressions import ExpressionReader
from knowledge_base.clause_rules import refusal_problem
from knowledge_base.example_reader import read_examples
from knowledge_base.findings import Findings, suggestion
from knowledge_base.policy import REQUESTS, Example, Outcome, OutcomeKind, WhenLine
from knowledge_base.policy_sections import Block
from knowledge_base.yaml_nodes import Mapping, Scalar, Sequence, Value, YamlError, read_yaml

PRIORITIES = ("low", "normal", "high", "urgent")
_KEYS = ("requests", "when", "then", "examples")
_GRANTS = {"refund": "double", "deliver": "int", "reissue": "int", "wait": "int"}
_PHRASE_KEY = re.compile(r"[\w.-]{1,80}")


@dataclass(frozen=True, slots=True)
class ClauseRule:
    """What a clause block decides."""

    requests: tuple[str, ...]
    when: tuple[WhenLine, ...]
    then: Outcome
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class ClauseReader:
    """Reads the blocks of one file; `products` is None where the catalogue is not in the folder."""

    file: str
    products: frozenset[str] | None
    findings: Findings

    def read(self, block: Block) -> ClauseRule | None:
        """The rule of a block, None where it has a fault."""
        before = len(self.findings.faults)
        values = self._mapping(block)
        if values is None:
            return None
        self._refuse_unknown(values, _KEYS, "a clause block")
        requests = self._requests(values.entries.get("requests"))
        lines = ExpressionReader(self.file, self.findings).when_lines(values.entries.get("when"))
        then = self._then(values)
        if then is not None and then.kind == "refuse" and (problem := refusal_problem(line.node for line in lines)):
            self._fault(values.key_lines["then"], problem)
        examples = read_examples(self.file, values.entries.get("examples"), requests, self.findings)
        if then is None or len(self.findings.faults) > before:
            return None
        return ClauseRule(requests, tuple(line.when for line in lines), then, examples)

    def _fault(self, line: int, message: str) -> None:
        self.findings.fault(self.file, line, message)

    def _mapping(self, block: Block) -> Mapping | None:
        if not block.closed:
            self._fault(block.line - 1, "this clause block is never closed; end it with a line of ```")
            return None
        try:
            value = read_yaml(block.text, block.line)
        except YamlError as error:
            self._fault(error.line, error.message)
            return None
        if isinstance(value, Mapping):
            return value
        self._fault(block.line, "a clause block holds `when:` and `then:`")
        return None

    def _refuse_unknown(self, values: Mapping, known: tuple[str, ...], place: str) -> None:
        for key, line in values.key_lines.items():
            if key not in known:
                near = suggestion(key, known) or f"; {place} holds {', '.join(known)}"
                self._fault(line, f"unknown key {key!r}{near}")

    def _requests(self, value: Value | None) -> tuple[str, ...]:
        if value is None:
            return ()
        items = value.items if isinstance(value, Sequence) else ()
        found = [item.text for item in items if isinstance(item, Scalar)]
        if not found or len(found) < len(items):
            self._fault(value.line, "requests must be a list, such as [refund, cancel]; leave it out for all requests")
        for text in found:
            if text not in REQUESTS:
                near = suggestion(text, REQUESTS) or f"; it is one of {', '.join(REQUESTS)}"
                self._fault(value.line, f"there is no request {text!r}{near}")
        return tuple(dict.fromkeys(found))

    def _then(self, values: Mapping) -> Outcome | None:
        then = values.entries.get("then")
        if then is None:
            self._fault(values.line, "then is missing: grant, refuse or refer")
            return None
        found = self._single(then, ("grant", "refuse", "refer"), "then")
        if found is None:
            return None
        readers: dict[str, Callable[[Value], Outcome | None]] = {
            "grant": self._grant,
            "refuse": self._refuse,
            "refer": self._refer,
        }
        return readers[found[0]](found[1])

    def _single(self, value: Value, known: tuple[str, ...], place: str) -> tuple[str, Value] | None:
        if not isinstance(value, Mapping) or not value.entries:
            self._fault(value.line, f"{place} must be a mapping with one of {', '.join(known)}")
            return None
        self._refuse_unknown(value, known, place)
        found = [(key, item) for key, item in value.entries.items() if key in known]
        if len(found) > 1:
            self._fault(value.line, f"{place} has {len(found)} outcomes; write one, and another clause for the other")
        return found[0] if len(found) == 1 else None

    def _grant(self, value: Value) -> Outcome | None:
        found = self._single(value, (*_GRANTS, "exchange"), "grant")
        if found is None:
            return None
        kind, item = found
        if kind == "exchange":
            return self._exchange(item)
        read = ExpressionReader(self.file, self.findings).outcome(item, _GRANTS[kind], kind)
        return None if read is None else Outcome(cast(OutcomeKind, kind), *read)

    def _exchange(self, value: Value) -> Outcome | None:
        product = self._word(value, "exchange", "a product's id in quotes")
        if product is None:
            return None
        if self.products is not None and product not in self.products:
            near = suggestion(product, self.products)
            self._fault(value.line, f"exchange: the product {product!r} is not in products.csv{near}")
            return None
        return Outcome("exchange", product)

    def _refuse(self, value: Value) -> Outcome | None:
        found = self._single(value, ("reason",), "refuse")
        reason = None if found is None else self._word(found[1], "reason", "a phrase key, such as no_return_confirmed")
        if reason is None:
            return None
        if not _PHRASE_KEY.fullmatch(reason):
            self._fault(value.line, f"reason {reason!r} must be a phrase key, such as no_return_confirmed")
            return None
        return Outcome("refuse", reason)

    def _refer(self, value: Value) -> Outcome | None:
        found = self._single(value, ("priority",), "refer")
        priority = None if found is None else self._word(found[1], "priority", ", ".join(PRIORITIES))
        if priority is not None and priority not in PRIORITIES:
            self._fault(value.line, f"priority {priority!r} must be one of {', '.join(PRIORITIES)}")
            return None
        return None if priority is None else Outcome("refer", priority)

    def _word(self, value: Value, key: str, wanted: str) -> str | None:
        if not isinstance(value, Scalar) or value.kind in ("tagged", "null") or not value.text.strip():
            self._fault(value.line, f"{key} must be {wanted}")
            return None
        return value.text.strip()
