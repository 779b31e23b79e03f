"""
ShopError
├── ShopFaults       a shop folder with faults, each with its place
└── UnknownShop
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: where it is and what to do about it."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ShopError(Exception):
    """Anything wrong with a shop's own files."""


class ShopFaults(ShopError):
    """The folder cannot be used; every fault found is in `faults`, and what else a person should see in `warnings`."""

    def __init__(self, faults: tuple[Fault, ...], warnings: tuple[str, ...] = ()) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults
        self.warnings = warnings


class UnknownShop(ShopError):
    """No shop of that id was imported."""

    def __init__(self, shop: str) -> None:
        super().__init__(f"no shop {shop!r}: import one with `anxin shop import DIR`")
        self.shop = shop
