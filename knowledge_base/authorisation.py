"""Authorisations: the registered path supplier → distributor → product → batch, hash-chained."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One row of `authorisations.csv`; `hash` covers the row and `previous`, so a change in the past shows."""

    supplier: str
    distributor: str
    product: str
    batch: str
    document: str
    valid_from: date | None
    valid_to: date | None
    issued_by: str
    previous: str
    hash: str
    line: int = 1
