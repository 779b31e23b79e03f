"""Where a product comes from, as far as it is registered and the registration holds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from knowledge_base.authorisation import Authorisation
from knowledge_base.authorisation_reader import AUTHORISATIONS_FILE, read_authorisations
from knowledge_base.authorisation_record import Provenance, broken
from knowledge_base.findings import Findings
from ticketing.storage import authorisations, shops
from ticketing.storage.journal import Journal


def provenance(journal: Journal, shop: str) -> Provenance:
    """What the record holds now, file and chain both read anew: whoever changed either since is found out."""
    return journal.read_now(lambda tx: _read(tx, shop))


def begin_anew(journal: Journal, shop: str, at: datetime) -> int:
    """Begin another chain from the shop's file, after somebody looked at what broke the last one; its length."""
    return journal.write_now(lambda tx: authorisations.register(tx, shop, _rows(tx, shop), at, anew=True))


def _read(tx: sa.Connection, shop: str) -> Provenance:
    rows, entries = _rows(tx, shop), authorisations.of_shop(tx, shop)
    return Provenance(rows, entries, broken(entries, rows))


def _rows(tx: sa.Connection, shop: str) -> tuple[Authorisation, ...]:
    content = shops.get_file(tx, shop, AUTHORISATIONS_FILE)
    return () if content is None else read_authorisations(content, frozenset(), Findings())
