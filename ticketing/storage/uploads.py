"""Queries about uploads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.errors import IdReused, NotFound
from ticketing.storage.privacy import held_chats, held_owners
from ticketing.storage.tables import conversations, uploads
from ticketing.upload import Upload, Usage

_UPLOAD: tuple[sa.ColumnElement[Any], ...] = (
    uploads.c.shop, uploads.c.id, uploads.c.owner, uploads.c.client_id, uploads.c.name, uploads.c.media_type,
    uploads.c.size, uploads.c.width, uploads.c.height, uploads.c.sha256, uploads.c.given_sha256, uploads.c.created_at,
    uploads.c.conversation, uploads.c.said_at, uploads.c.gone_at,
)  # fmt: skip


def add(tx: sa.Connection, upload: Upload) -> None:
    """Keep a row whose file is in its place already."""
    tx.execute(sa.insert(uploads).values(**asdict(upload)))


def repeated(tx: sa.Connection, shop: str, owner: str, client_id: str) -> Upload | None:
    """What this sender's id already brought."""
    return _one(tx, (uploads.c.shop == shop) & (uploads.c.owner == owner) & (uploads.c.client_id == client_id))


def same_again(tx: sa.Connection, shop: str, owner: str, client_id: str, given_sha256: str) -> Upload | None:
    """The earlier upload of this sender's id; IdReused if it was another file."""
    before = repeated(tx, shop, owner, client_id)
    if before is not None and before.given_sha256 != given_sha256:
        raise IdReused(client_id)
    return before


def usage(tx: sa.Connection, shop: str, owner: str | None, since: datetime) -> Usage:
    """What came since then: from one owner, or (None) in the whole shop."""
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(uploads.c.size), 0)).select_from(uploads)
    query = query.where(uploads.c.shop == shop, uploads.c.created_at > since)
    if owner is not None:
        query = query.where(uploads.c.owner == owner)
    count, size = tx.execute(query).one()
    return Usage(int(count), int(size))


def of_owner(tx: sa.Connection, shop: str, owner: str, ids: Sequence[str]) -> tuple[Upload, ...]:
    """The owner's own uploads, in the order asked for; NotFound for one that is missing, foreign or gone."""
    mine = (uploads.c.shop == shop) & (uploads.c.owner == owner) & uploads.c.id.in_(ids) & uploads.c.gone_at.is_(None)
    found = {row.id: _upload(row) for row in tx.execute(sa.select(*_UPLOAD).where(mine))}
    for key in ids:
        if key not in found:
            raise NotFound("upload", key)
    return tuple(found[key] for key in dict.fromkeys(ids))


def said(tx: sa.Connection, found: Sequence[Upload], conversation: str, at: datetime) -> None:
    """Bind uploads to the conversation that they are said in; one that belongs to another is NotFound there."""
    for upload in found:
        free = uploads.c.conversation.is_(None) | (uploads.c.conversation == conversation)
        mine = (uploads.c.shop == upload.shop) & (uploads.c.id == upload.id) & uploads.c.gone_at.is_(None) & free
        if tx.execute(sa.update(uploads).where(mine).values(conversation=conversation, said_at=at)).rowcount != 1:
            raise NotFound("upload", upload.id)


def seen_by(tx: sa.Connection, shop: str, upload: str, owner: str, agent: bool) -> Upload:
    """An upload for somebody who may see it: its sender, whose conversation it was said in, and then every agent.

    Missing and foreign ones are NotFound alike.
    """
    found = _one(tx, (uploads.c.shop == shop) & (uploads.c.id == upload))
    if found is None:
        raise NotFound("upload", upload)
    if found.owner == owner or (agent and found.conversation is not None):
        return found
    mine = (conversations.c.shop == shop) & (conversations.c.id == found.conversation)
    if tx.execute(sa.select(conversations.c.owner).where(mine)).scalar_one_or_none() != owner:
        raise NotFound("upload", upload)
    return found


def give_to(tx: sa.Connection, shop: str, old_owner: str, new_owner: str) -> None:
    """Carry a visitor's uploads over to the buyer that the visitor proved to be."""
    mine = (uploads.c.shop == shop) & (uploads.c.owner == old_owner)
    taken = sa.select(uploads.c.client_id).where(uploads.c.shop == shop, uploads.c.owner == new_owner)
    tx.execute(sa.update(uploads).where(mine, uploads.c.client_id.in_(taken)).values(client_id=uploads.c.id))
    tx.execute(sa.update(uploads).where(mine).values(owner=new_owner))


def forget(tx: sa.Connection, shop: str, unsaid_before: datetime, said_before: datetime, at: datetime) -> None:
    """Drop what was never said, and keep of what was said long ago only that it was there; what is held stays."""
    free = (uploads.c.shop == shop) & uploads.c.owner.not_in(held_owners(shop, at))
    unsaid = uploads.c.conversation.is_(None) & (uploads.c.created_at < unsaid_before)
    tx.execute(sa.delete(uploads).where(free, unsaid))
    old = uploads.c.gone_at.is_(None) & (uploads.c.said_at < said_before)
    said = uploads.c.conversation.not_in(held_chats(shop, at))
    tx.execute(sa.update(uploads).where(free, old, said).values(gone_at=at))


def kept(tx: sa.Connection, shop: str, ids: Collection[str]) -> frozenset[str]:
    """Which of these uploads still want their file."""
    query = sa.select(uploads.c.id).where(uploads.c.shop == shop, uploads.c.id.in_(ids), uploads.c.gone_at.is_(None))
    return frozenset(tx.execute(query).scalars())


def _one(tx: sa.Connection, which: sa.ColumnElement[Any]) -> Upload | None:
    row = tx.execute(sa.select(*_UPLOAD).where(which)).one_or_none()
    return None if row is None else _upload(row)


def _upload(row: sa.Row[Any]) -> Upload:
    fields: tuple[Any, ...] = tuple(row)
    return Upload(*fields)
