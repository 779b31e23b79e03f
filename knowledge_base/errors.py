"""
ShopError
├── ShopFaults       a shop folder with faults, each with its place
└── UnknownShop
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from knowledge_base.fault_words import chinese

if TYPE_CHECKING:
    from knowledge_base.shop import ShopFolder

Severity = Literal["fault", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One finding: where it is and what to do about it.

    Attributes:
        code: the linter's rule; `file` for what a reading finds.
        en, zh, remedy, remedy_zh: the words of a rule apart, empty where there is only `message`, whose Chinese is then
            looked up.
    """

    file: str
    line: int
    message: str
    code: str = field(default="file", compare=False)
    severity: Severity = field(default="fault", compare=False)
    en: str = field(default="", compare=False)
    zh: str = field(default="", compare=False)
    remedy: str = field(default="", compare=False)
    remedy_zh: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"

    def said(self, lang: str) -> str:
        """The same line in `zh` or `en`; what has no Chinese is told in English."""
        if not lang.startswith("zh"):
            return str(self)
        return f"{self.file}:{self.line}: {self._chinese()}" + (f"。{self.remedy_zh}" if self.remedy_zh else "")

    def _chinese(self) -> str:
        return self.zh or chinese(self.message) or self.message

    def as_json(self) -> dict[str, object]:
        """As `shop check --json` prints it."""
        return {
            "code": self.code, "severity": self.severity, "file": self.file, "line": self.line,
            "message": {"en": self.en or self.message, "zh": self._chinese()},
            "remedy": {"en": self.remedy, "zh": self.remedy_zh},
        }  # fmt: skip


class ShopError(Exception):
    """Anything wrong with a shop's own files."""


class ShopFaults(ShopError):
    """The folder cannot be used; every fault found is in `faults`, and what else a person should see in `warnings`.

    `findings` are the warnings with their codes, and `partial` what could be read, where the folder was read at all.
    """

    def __init__(
        self,
        faults: tuple[Fault, ...],
        warnings: tuple[str, ...] = (),
        findings: tuple[Fault, ...] = (),
        partial: ShopFolder | None = None,
    ) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
        self.warnings = warnings or tuple(map(str, findings))
        self.findings = findings
        self.partial = partial


class UnknownShop(ShopError):
    """No shop of that id was imported."""

    def __init__(self, shop: str) -> None:
        super().__init__(f"no shop {shop!r}: import one with `anxin shop import DIR`")
        self.shop = shop
