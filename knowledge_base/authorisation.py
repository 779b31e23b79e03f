"""Authorisations: who may sell what, as paths of supplier → distributor → product → batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MAX_PATHS = 100


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One row of `authorisations.csv`. `public` False keeps the supplier and its document from buyers."""

    supplier: str
    distributor: str
    product: str
    batch: str
    document: str
    valid_from: date | None
    valid_to: date | None
    issued_by: str
    public: bool = True

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


def trace(rows: Iterable[Authorisation], product: str, day: date, batch: str = "") -> tuple[AuthorisationPath, ...]:
    """Every path of a product, of a batch if one is named, that is valid on `day`, longest first; empty where none is.

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
    fitting = [path for path in found if not batch or path.batch in ("", batch)]
    return tuple(sorted(fitting, key=lambda path: -len(path.links)))


def lapsed_on(rows: Iterable[Authorisation], product: str, day: date) -> date | None:
    """The last day on which a product had an authorisation that has ended before `day`; None where it never had."""
    ended = [row.valid_to for row in rows if row.product == product and row.valid_to and row.valid_to < day]
    return max(ended, default=None)


def _continues(links: tuple[Authorisation, ...], row: Authorisation) -> bool:
    if row.supplier != links[-1].distributor or any(
        row.distributor in (link.supplier, link.distributor) for link in links
    ):
        return False
    batch = AuthorisationPath(links).batch
    return not batch or not row.batch or batch == row.batch
