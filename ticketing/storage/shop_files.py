"""Queries about what was written of a shop's files at the desk: their versions, never written over, and drafts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from ticketing.storage import sealed
from ticketing.storage.tables import file_drafts as drafts
from ticketing.storage.tables import file_versions as versions

Via = Literal["import", "desk"]


@dataclass(frozen=True, slots=True)
class FileVersion:
    """A file as it was from `at` on; `content` None: it was not there. `by` is empty where nobody knows."""

    n: int
    path: str
    at: datetime
    by: str
    via: Via
    note: str
    sha256: str | None
    content: bytes | None


@dataclass(frozen=True, slots=True)
class FileDraft:
    """A text not yet published, begun from the file whose SHA-256 is `base`, None where it is new."""

    path: str
    at: datetime
    by: str
    base: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A file that stands as it was written at the desk: `now`, and `folder`, which it was before that."""

    now: FileVersion
    folder: FileVersion | None


def sha256_of(content: bytes | None) -> str | None:
    """What a file's content is compared by; None where there is no file."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def last(tx: sa.Connection, shop: str) -> int:
    """The number of the shop's last version of any file; 0 before the first."""
    return int(tx.execute(sa.select(sa.func.max(versions.c.n)).where(versions.c.shop == shop)).scalar_one() or 0)


def append(
    tx: sa.Connection, shop: str, path: str, content: bytes | None, *, by: str, via: Via, note: str, at: datetime
) -> int:
    """Keep what a file is from now on; its number."""
    n = last(tx, shop) + 1
    kept = None if content is None else sealed.seal_bytes(tx, sealed.FILE_VERSION.place(shop, n), content)
    tx.execute(sa.insert(versions).values(
        shop=shop, n=n, path=path, at=at, by=by, via=via, note=note, sha256=sha256_of(content), content=kept
    ))  # fmt: skip
    return n


def of_path(tx: sa.Connection, shop: str, path: str) -> tuple[FileVersion, ...]:
    """A file's versions, the newest first."""
    query = sa.select(versions).where(versions.c.shop == shop, versions.c.path == path).order_by(versions.c.n.desc())
    return tuple(_version(tx, row) for row in tx.execute(query))


def written(tx: sa.Connection, shop: str) -> tuple[Written, ...]:
    """Every file that was last written at the desk and not imported since, by its path."""
    newest = sa.select(sa.func.max(versions.c.n)).where(versions.c.shop == shop).group_by(versions.c.path)
    query = sa.select(versions).where(versions.c.shop == shop, versions.c.n.in_(newest), versions.c.via == "desk")
    found = [_version(tx, row) for row in tx.execute(query.order_by(versions.c.path))]
    return tuple(Written(one, _folders(tx, shop, one.path)) for one in found)


def _folders(tx: sa.Connection, shop: str, path: str) -> FileVersion | None:
    return next((one for one in of_path(tx, shop, path) if one.via == "import"), None)


def save_draft(tx: sa.Connection, shop: str, draft: FileDraft) -> None:
    """Keep a draft in the place of the last one of that path."""
    drop_draft(tx, shop, draft.path)
    text = sealed.seal(tx, sealed.FILE_DRAFT.place(shop, draft.path), draft.text)
    values = {"path": draft.path, "at": draft.at, "by": draft.by, "base": draft.base, "text": text}
    tx.execute(sa.insert(drafts).values(shop=shop, **values))


def drop_draft(tx: sa.Connection, shop: str, path: str) -> None:
    """Forget a draft; one that is gone stays gone."""
    tx.execute(sa.delete(drafts).where(drafts.c.shop == shop, drafts.c.path == path))


def drafts_of(tx: sa.Connection, shop: str) -> tuple[FileDraft, ...]:
    """The shop's drafts by their paths."""
    query = sa.select(drafts).where(drafts.c.shop == shop).order_by(drafts.c.path)
    return tuple(
        FileDraft(
            row.path, row.at, row.by, row.base, sealed.opened(tx, sealed.FILE_DRAFT.place(shop, row.path), row.text)
        )
        for row in tx.execute(query)
    )


def _version(tx: sa.Connection, row: sa.Row[tuple[object, ...]]) -> FileVersion:
    place = sealed.FILE_VERSION.place(row.shop, row.n)
    content = None if row.content is None else sealed.opened_bytes(tx, place, bytes(row.content))
    return FileVersion(row.n, row.path, row.at, row.by, row.via, row.note, row.sha256, content)
