"""Authorisations: who may sell what, as a hash-chained record of supplier → distributor → product → batch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import rfc8785

MAX_PATHS = 100


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

    def valid_on(self, day: date) -> bool:
        """Whether it stands on `day`, both ends included."""
        return not ((self.valid_from and day < self.valid_from) or (self.valid_to and day > self.valid_to))


@dataclass(frozen=True, slots=True)
class AuthorisationPath:
    """A path from the first supplier to the last distributor, each link valid on the day asked for."""

    links: tuple[Authorisation, ...]

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties from the first supplier on."""
        return (self.links[0].supplier, *(link.distributor for link in self.links))

    @property
    def batch(self) -> str:
        """The batch that the path is for; empty for any."""
        return next((link.batch for link in reversed(self.links) if link.batch), "")


def row_hash(row: Authorisation) -> str:
    """SHA-256 over the canonical JSON of the row's cells and `previous`."""
    cells = {
        "supplier": row.supplier,
        "distributor": row.distributor,
        "product": row.product,
        "batch": row.batch,
        "document": row.document,
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "issued_by": row.issued_by,
        "previous": row.previous,
    }
    return hashlib.sha256(rfc8785.dumps(cells)).hexdigest()


def chain(rows: Iterable[Authorisation]) -> tuple[Authorisation, ...]:
    """The rows in their order, each with the hash of the one before (the first with none) and its own."""
    chained: list[Authorisation] = []
    for row in rows:
        linked = replace(row, previous=chained[-1].hash if chained else "", hash="")
        chained.append(replace(linked, hash=row_hash(linked)))
    return tuple(chained)


def first_break(rows: tuple[Authorisation, ...]) -> int | None:
    """The index of the first row that does not agree with its hash or with the row before; None if all stand."""
    previous = ""
    for index, row in enumerate(rows):
        if row.previous != previous or row.hash != row_hash(row):
            return index
        previous = row.hash
    return None


def trace(rows: Iterable[Authorisation], product: str, day: date) -> tuple[AuthorisationPath, ...]:
    """Every path of a product that is valid on `day`, longest first; empty where none is registered.

    A path begins with a supplier who is nobody's distributor for the product. Where a supplier got it from another
    whose authorisation has lapsed, the rest of the path is no proof and is left out.
    """
    registered = [row for row in rows if row.product == product]
    supplied = {row.distributor for row in registered}
    valid = [row for row in registered if row.valid_on(day)]
    found: list[AuthorisationPath] = []
    pending: list[tuple[Authorisation, ...]] = [(row,) for row in reversed(valid) if row.supplier not in supplied]
    while pending and len(found) < MAX_PATHS:
        links = pending.pop()
        onward = [row for row in valid if _continues(links, row)]
        pending.extend((*links, row) for row in reversed(onward))
        if not onward:
            found.append(AuthorisationPath(links))
    return tuple(sorted(found, key=lambda path: -len(path.links)))


def _continues(links: tuple[Authorisation, ...], row: Authorisation) -> bool:
    if row.supplier != links[-1].distributor or any(
        row.distributor in (link.supplier, link.distributor) for link in links
    ):
        return False
    batch = AuthorisationPath(links).batch
    return not batch or not row.batch or batch == row.batch
