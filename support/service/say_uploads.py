"""Uploads in a message: the sender's own, bound to the conversation in the message's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ticketing.storage import uploads
from ticketing.upload import Upload

Json = dict[str, Any]


def own_uploads(tx: sa.Connection, shop: str, owner: str, ids: Sequence[str]) -> tuple[Upload, ...]:
    """The sender's uploads that a message names; where it names none, nothing is asked of the database.

    Raises NotFound for one that is missing, somebody else's, or not kept any more.
    """
    return uploads.of_owner(tx, shop, owner, ids) if ids else ()


def attach(tx: sa.Connection, found: Sequence[Upload], conversation: str, at: datetime) -> tuple[Json, ...]:
    """The parts of the message, its files bound to the conversation. Raises NotFound for one of another's."""
    uploads.said(tx, found, conversation, at)
    return tuple(attachment_part(upload) for upload in found)


def attachment_part(upload: Upload) -> Json:
    """An upload as a message shows it."""
    part = {"type": "attachment", "id": upload.id, "name": upload.name, "media_type": upload.media_type}
    points = {"width": upload.width, "height": upload.height} if upload.width else {}
    return part | {"size": upload.size} | points


def upload_view(upload: Upload) -> Json:
    """An upload as its sender's page hears of it."""
    return {key: value for key, value in attachment_part(upload).items() if key != "type"}
