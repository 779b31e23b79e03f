"""The authorisations as they were registered: an append-only, dated chain of hashes in which a changed row shows.

An import registers the rows that are new and withdraws those that are gone. The rows that stand now are those that the
chain comes to; where it does not hold, or comes to other rows than the shop's files, no row of it is believed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import rfc8785

from knowledge_base.authorisation import Authorisation, AuthorisationPath, lapsed_on, trace

Kind = Literal["registered", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: the row's cells as canonical JSON, when, and a hash over them and the entry before."""

    n: int
    at: datetime
    kind: Kind
    cells: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the record does not hold: at entry `n`, or as a whole beside the shop's files."""

    n: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """A shop's registered authorisations; with a `flaw` none of them is believed."""

    rows: tuple[Authorisation, ...]
    entries: tuple[Entry, ...]
    flaw: Break | None

    def paths(self, product: str, day: date, batch: str = "") -> tuple[AuthorisationPath, ...]:
        """The paths that stand on `day`; none where the record does not hold."""
        return () if self.flaw else trace(self.rows, product, day, batch)

    def lapsed(self, product: str, day: date) -> date | None:
        """When the last authorisation of a product ended, where one did."""
        return None if self.flaw else lapsed_on(self.rows, product, day)

    def batches(self, product: str) -> frozenset[str]:
        """The batches that are registered of a product."""
        return frozenset(row.batch for row in self.rows if row.product == product and row.batch)

    def since(self, path: AuthorisationPath) -> datetime | None:
        """When the last link of a path was registered."""
        cells = cells_of(path.links[-1])
        return next((entry.at for entry in reversed(self.entries) if entry.cells == cells), None)


def extended(
    entries: Sequence[Entry], rows: Iterable[Authorisation], at: datetime, first: int = 1
) -> tuple[Entry, ...]:
    """The entries that are to be added so that the chain comes to `rows`; `first` numbers a chain's beginning."""
    wanted = dict.fromkeys(cells_of(row) for row in rows)
    standing = _standing(entries)
    changes: list[tuple[Kind, str]] = [("withdrawn", cells) for cells in standing if cells not in wanted]
    changes += [("registered", cells) for cells in wanted if cells not in standing]
    added: list[Entry] = []
    previous, n = (entries[-1].hash, entries[-1].n) if entries else ("", first - 1)
    for kind, cells in changes:
        n += 1
        added.append(Entry(n, at, kind, cells, previous, entry_hash(n, at, kind, cells, previous)))
        previous = added[-1].hash
    return tuple(added)


def broken(entries: Sequence[Entry], rows: Iterable[Authorisation]) -> Break | None:
    """What is wrong with a record beside the rows of the shop's files; None where it holds."""
    previous, n = "", entries[0].n if entries else 1
    for entry in entries:
        own = entry_hash(entry.n, entry.at, entry.kind, entry.cells, entry.previous)
        if entry.n != n or entry.previous != previous or entry.hash != own:
            return Break(n, "the entry was changed, or one before it is gone")
        previous, n = entry.hash, n + 1
    wanted, standing = {cells_of(row) for row in rows}, set(_standing(entries))
    if wanted and not entries:
        return Break(None, "nothing was registered yet: import the shop's folder")
    if wanted != standing:
        return Break(None, "the shop's authorisations.csv holds other rows than were registered")
    return None


def entry_hash(n: int, at: datetime, kind: str, cells: str, previous: str) -> str:
    """SHA-256 over an entry's canonical JSON."""
    content: dict[str, str | int] = {"n": n, "at": at.isoformat(), "kind": kind, "cells": cells, "previous": previous}
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def cells_of(row: Authorisation) -> str:
    """A row as canonical JSON."""
    content: dict[str, str | bool | None] = {
        "supplier": row.supplier, "distributor": row.distributor, "product": row.product, "batch": row.batch,
        "document": row.document, "issued_by": row.issued_by, "public": row.public,
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
    }  # fmt: skip
    return rfc8785.dumps(content).decode()


def _standing(entries: Iterable[Entry]) -> dict[str, None]:
    standing: dict[str, None] = {}
    for entry in entries:
        if entry.kind == "registered":
            standing[entry.cells] = None
        else:
            standing.pop(entry.cells, None)
    return standing
