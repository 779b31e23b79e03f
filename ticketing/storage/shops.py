"""Queries about shops: imported files, the generation pointer and the shop's cursor."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.errors import NotFound
from ticketing.ids import new_id
from ticketing.storage import sealed
from ticketing.storage.prepared import Prepared
from ticketing.storage.spool import count, counted
from ticketing.storage.tables import shop_files, shops

BEFORE_THE_FIRST_TICKET = 1000
"""A shop's tickets are counted from the next one on: four digits, and no hint that it is the first."""


@dataclass(frozen=True, slots=True)
class ShopRow:
    """What the record holds of a shop. `secret` signs its buyers' tokens; `n` is its last cursor."""

    shop: str
    n: int
    generation: int
    digest: str
    epoch: str
    secret: str
    origin: str


@dataclass(frozen=True, slots=True)
class FileChanges:
    """What an import did to the stored files."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    generation: int

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


_COLUMNS = (
    shops.c.shop, shops.c.n, shops.c.generation, shops.c.digest, shops.c.epoch, shops.c.secret, shops.c.origin,
)  # fmt: skip
_SHOP = sa.select(*_COLUMNS).where(shops.c.shop == sa.bindparam("which"))
_PLACE = Prepared(sa.select(shops.c.n, shops.c.epoch).where(shops.c.shop == sa.bindparam("which")))
_CURSOR = Prepared(sa.select(shops.c.n).where(shops.c.shop == sa.bindparam("which")))
_SET_CURSOR = Prepared.update(shops, ["shop"], ["n"])


def get_shop(tx: sa.Connection, shop: str) -> ShopRow:
    """The shop's row, or NotFound."""
    row = tx.execute(_SHOP, {"which": shop}).one_or_none()
    if row is None:
        raise NotFound("shop", shop)
    return _row(tx, row)


def place(tx: sa.Connection, shop: str) -> tuple[int, str]:
    """How far the shop's log goes, and in which life of it, or NotFound."""
    row = _PLACE.run(tx, {"which": shop}).fetchone()
    if row is None:
        raise NotFound("shop", shop)
    return int(row[0]), str(row[1])


def imported_at(tx: sa.Connection, shop: str) -> datetime:
    """When the shop's files last changed."""
    query = sa.select(shops.c.imported_at).where(shops.c.shop == shop)
    found: datetime | None = tx.execute(query).scalar_one_or_none()
    if found is None:
        raise NotFound("shop", shop)
    return found


def list_shops(tx: sa.Connection) -> tuple[ShopRow, ...]:
    """Every imported shop."""
    return tuple(_row(tx, row) for row in tx.execute(sa.select(*_COLUMNS).order_by(shops.c.shop)))


def _row(tx: sa.Connection, row: Any) -> ShopRow:
    secret = sealed.opened(tx, sealed.SHOP_SECRET.place(row.shop), row.secret)
    return ShopRow(row.shop, row.n, row.generation, row.digest, row.epoch, secret, row.origin)


def get_files(tx: sa.Connection, shop: str) -> dict[str, bytes]:
    """The shop's folder as it was last imported."""
    query = sa.select(shop_files.c.path, shop_files.c.content).where(shop_files.c.shop == shop)
    return {path: _opened(tx, shop, path, content) for path, content in tx.execute(query)}


def get_file(tx: sa.Connection, shop: str, path: str) -> bytes | None:
    """One of the shop's files; None where it has none of that path."""
    query = sa.select(shop_files.c.content).where(shop_files.c.shop == shop, shop_files.c.path == path)
    content = tx.execute(query).scalar_one_or_none()
    return None if content is None else _opened(tx, shop, path, content)


def _opened(tx: sa.Connection, shop: str, path: str, content: bytes | str) -> bytes:
    """SQLite keeps text where somebody edited a file by a statement of their own."""
    kept = content.encode() if isinstance(content, str) else bytes(content)
    return sealed.opened_bytes(tx, sealed.FILE.place(shop, path), kept)


def save_files(
    tx: sa.Connection, shop: str, files: Mapping[str, bytes], *, digest: str, origin: str, at: datetime
) -> FileChanges:
    """Make the stored folder equal to `files`, touching only what differs, and step the generation if any does.

    What is stored is compared by its content: whatever was altered there behind our back is put right.
    """
    old = {path: hashlib.sha256(content).hexdigest() for path, content in get_files(tx, shop).items()}
    new = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    added = tuple(sorted(new.keys() - old.keys()))
    removed = tuple(sorted(old.keys() - new.keys()))
    changed = tuple(sorted(path for path in new.keys() & old.keys() if new[path] != old[path]))
    for path in (*removed, *changed):
        tx.execute(sa.delete(shop_files).where(shop_files.c.shop == shop, shop_files.c.path == path))
    rows = [
        {"shop": shop, "path": path, "sha256": new[path], "content": _sealed(tx, shop, path, files[path])}
        for path in (*added, *changed)
    ]
    if rows:
        tx.execute(sa.insert(shop_files), rows)
    generation = _step_generation(tx, shop, bool(added or removed or changed), digest, origin, at)
    return FileChanges(added, changed, removed, generation)


def _sealed(tx: sa.Connection, shop: str, path: str, content: bytes) -> bytes:
    return sealed.seal_bytes(tx, sealed.FILE.place(shop, path), content)


def _step_generation(tx: sa.Connection, shop: str, moved: bool, digest: str, origin: str, at: datetime) -> int:
    generation = tx.execute(sa.select(shops.c.generation).where(shops.c.shop == shop)).scalar_one_or_none()
    if generation is None:
        secret = sealed.seal(tx, sealed.SHOP_SECRET.place(shop), secrets.token_urlsafe(32))
        tx.execute(sa.insert(shops).values(
            shop=shop, n=0, generation=1, digest=digest, epoch=new_id(), secret=secret,
            origin=origin, imported_at=at, ticket_no=BEFORE_THE_FIRST_TICKET,
        ))  # fmt: skip
        return 1
    values = {"origin": origin} | ({"generation": generation + 1, "digest": digest, "imported_at": at} if moved else {})
    tx.execute(sa.update(shops).where(shops.c.shop == shop).values(**values))
    return int(generation) + moved


def renew_epochs(tx: sa.Connection) -> int:
    """Begin a new life of every shop's log, as after a backup was put back; how many shops.

    Cursors that were handed out since the backup are allotted a second time, to other events. A page that comes with
    the old epoch starts over, instead of resuming behind what it never saw.
    """
    known = tx.execute(sa.select(shops.c.shop)).scalars().all()
    for shop in known:
        tx.execute(sa.update(shops).where(shops.c.shop == shop).values(epoch=new_id()))
    return len(known)


def next_cursor(tx: sa.Connection, shop: str) -> int:
    """Allot the shop's next `n`.

    Whoever writes is the only one until the commit, so that cursors become visible in their own order; a database
    sequence would not promise that.
    """
    n = counted(tx, _SET_CURSOR, shop)
    if n is None:
        row = _CURSOR.run(tx, {"which": shop}).fetchone()
        if row is None:
            raise NotFound("shop", shop)
        n = row[0]
    n += 1
    count(tx, _SET_CURSOR, shop, n, (shop, n))
    return n


def cursors(tx: sa.Connection) -> dict[str, int]:
    """Every shop's newest event, in one look: whoever follows many shops reads only where something happened."""
    return {row.shop: row.n for row in tx.execute(sa.select(shops.c.shop, shops.c.n))}


def next_ticket_no(tx: sa.Connection, shop: str) -> int:
    """Allot the number of the shop's next ticket, under the same lock as its cursor: none twice, none skipped."""
    step = sa.update(shops).where(shops.c.shop == shop).values(ticket_no=shops.c.ticket_no + 1)
    number = tx.execute(step.returning(shops.c.ticket_no)).scalar_one_or_none()
    if number is None:
        raise NotFound("shop", shop)
    return int(number)
