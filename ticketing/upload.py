"""Uploads: files that buyers and agents send, kept apart from the messages that name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one shop.

    Attributes:
        owner: who sent it: `visitor:ID`, `buyer:ID` or `agent:ID`.
        client_id: the sender's own id for it, by which a repetition is known.
        size: bytes as kept; `width` and `height` are pixels, of pictures alone.
        sha256: of the file as kept; `given_sha256` as it came, before a picture lost what it told of its place.
        conversation: the one in which it was said, None until then.
        gone_at: when it was no longer kept; its row stays, so that the message that names it can say so.
    """

    shop: str
    id: str
    owner: str
    client_id: str
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    sha256: str
    given_sha256: str
    created_at: datetime
    conversation: str | None = None
    said_at: datetime | None = None
    gone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How many files, and how many bytes of them."""

    count: int
    size: int
