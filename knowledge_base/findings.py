"""What a reading of a shop folder found: faults that stop it, and warnings for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from knowledge_base.errors import Fault, ShopFaults

if TYPE_CHECKING:
    from knowledge_base.shop import ShopFolder

MAX_FINDINGS = 2_000
"""More than anyone reads; a broken export of a million rows must not fill the memory."""

MAX_WORD = 60
MAX_MESSAGE = 600


@dataclass(slots=True)
class Findings:
    """Collects every fault and warning of one reading, so that a shop sees them all at once."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, file: str, line: int, message: str) -> None:
        """Note something that must be put right before the folder can be used."""
        if len(self.faults) < MAX_FINDINGS:
            self.faults.append(Fault(file, line, _short(message)))

    def add(self, fault: Fault) -> None:
        """Note a fault that has words of its own."""
        if len(self.faults) < MAX_FINDINGS:
            self.faults.append(replace(fault, message=_short(fault.message)))

    def warn(self, file: str, line: int, message: str) -> None:
        """Note something that a person should look at."""
        if len(self.warnings) < MAX_FINDINGS:
            self.warnings.append(Fault(file, line, _short(message), severity="warning"))

    def report(self, found: Fault) -> None:
        """Note what a rule of the linter found."""
        if len(self.warnings) < MAX_FINDINGS:
            self.warnings.append(found)

    def raise_faults(self, partial: ShopFolder | None = None) -> None:
        """Raise ShopFaults with all faults in the order of file and line, if there are any, and what could be read."""
        if self.faults:
            raise ShopFaults(tuple(sorted(set(self.faults))), findings=self.found(), partial=partial)

    def found(self) -> tuple[Fault, ...]:
        """The warnings in the order of file and line."""
        return tuple(sorted(set(self.warnings)))


def _short(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else f"{message[:MAX_MESSAGE]}…"


def suggestion(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a known word is near, else nothing."""
    if len(word) > MAX_WORD:
        return ""
    near = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}?" if near else ""
