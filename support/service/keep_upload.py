"""Somebody uploads a file: looked at, freed of what it tells of its place, kept once, and named by an id.

UploadRefused
├── NotAllowed       a kind of file that is not taken, told by its bytes
├── Damaged          a picture that does not open
├── TooLarge         more bytes than a file may have, or more points than a picture may
├── TooMany          this sender, or the whole shop, has sent enough for a day
└── Empty            no bytes at all
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from support.assistant.masking import mask_keys
from support.files.kind import Kind, kind_of
from support.files.name import clean_name
from support.files.picture import MOST_POINTS, BadPicture, Size, TooManyPoints, strip
from support.service.runtime import Runtime
from support.service.upload_limits import DAY, UploadLimits
from ticketing.errors import IdReused
from ticketing.ids import new_id
from ticketing.storage import uploads
from ticketing.storage.upload_files import UploadFiles, digest_of
from ticketing.upload import Upload

AGENTS_FACTOR = 10


class UploadRefused(Exception):
    """Nothing was kept. `code` is what a page finds its words by, `detail` says what to do."""

    code, status, detail = "refused", 422, ""

    def __init__(self) -> None:
        super().__init__(self.detail)


class NotAllowed(UploadRefused):
    """A kind that is not taken."""

    code, status = "type", 415
    detail = "taken are PNG, JPEG, WebP and GIF pictures, PDF, and plain text in UTF-8"


class Damaged(UploadRefused):
    """A picture that does not open."""

    code, detail = "damaged", "the picture cannot be opened to its end: save it anew and try again"


class TooLarge(UploadRefused):
    """Too many bytes, or too many points."""

    code, status = "too_large", 413

    def __init__(self, limit: int) -> None:
        self.detail = f"a file may have {limit} bytes, and a picture no more than {MOST_POINTS} points"
        super().__init__()


class TooMany(UploadRefused):
    """Enough for now."""

    code, status, detail = "rate", 429, "this is more than one sender, or one shop, may send: wait, or send fewer"


class Empty(UploadRefused):
    """No bytes."""

    code, detail = "empty", "the file holds nothing"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who uploads or looks: `owner` as rows have it."""

    shop: str
    owner: str

    @property
    def agent(self) -> bool:
        """Whether it is one of the shop's people."""
        return self.owner.startswith("agent:")


@dataclass(frozen=True, slots=True)
class Received:
    """A whole file as it came: the sender's id and name for it, where it lies, and its hash."""

    client_id: str
    name: str
    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """What is kept now; `new` is False for a repetition."""

    upload: Upload
    new: bool


def check_room(tx: sa.Connection, limits: UploadLimits, sender: Sender, client_id: str, at: datetime) -> None:
    """Raise TooMany before a body is read whose file would not be kept; a repetition is always heard."""
    if uploads.repeated(tx, sender.shop, sender.owner, client_id) is None:
        _check_usage(tx, limits, sender, at)


def keep_upload(runtime: Runtime, files: UploadFiles, sender: Sender, received: Received) -> KeptUpload:
    """Keep a received file and its row; the same id with the same bytes gives what it gave before.

    Blocks: it unpacks pictures and waits for the disk. Raises UploadRefused, IdReused, RecordUnavailable, OSError.
    """
    if before := runtime.journal.read_now(lambda tx: _before(tx, sender, received)):
        return KeptUpload(before, new=False)
    kind = kind_of(received.path)
    if kind is None:
        raise NotAllowed
    with ExitStack() as stack:
        path, size = received.path, None
        if kind.picture is not None:
            path = stack.enter_context(files.fresh())
            size = _stripped(received.path, path, kind.picture, runtime.upload_limits)
        upload = _described(sender, received, kind, path, size, runtime.clock())
        files.keep(path, upload)
    return _kept(runtime, files, sender, upload)


def _kept(runtime: Runtime, files: UploadFiles, sender: Sender, upload: Upload) -> KeptUpload:
    """The row, after its file. Where the record fails in between, the row may be there: a sweep finds out."""

    def add(tx: sa.Connection) -> Upload:
        return _add(tx, runtime.upload_limits, sender, upload)

    try:
        try:
            kept = runtime.journal.write_now(add)
        except sa.exc.IntegrityError:  # the same id came in through another process just now
            kept = runtime.journal.write_now(add)
    except (UploadRefused, IdReused):
        files.remove(upload)
        raise
    if kept.id != upload.id:
        files.remove(upload)
    return KeptUpload(kept, kept.id == upload.id)


def _before(tx: sa.Connection, sender: Sender, received: Received) -> Upload | None:
    return uploads.same_again(tx, sender.shop, sender.owner, received.client_id, received.sha256)


def _stripped(given: Path, clean: Path, form: str, limits: UploadLimits) -> Size:
    try:
        return strip(given, clean, form)
    except BadPicture as error:
        raise Damaged from error
    except TooManyPoints as error:
        raise TooLarge(limits.size) from error


def _described(sender: Sender, received: Received, kind: Kind, path: Path, size: Size | None, at: datetime) -> Upload:
    return Upload(
        sender.shop, new_id(), sender.owner, received.client_id, mask_keys(clean_name(received.name, kind)),
        kind.media_type, path.stat().st_size, size.width if size else None, size.height if size else None,
        digest_of(path), received.sha256, at,
    )  # fmt: skip


def _add(tx: sa.Connection, limits: UploadLimits, sender: Sender, upload: Upload) -> Upload:
    if before := uploads.same_again(tx, upload.shop, upload.owner, upload.client_id, upload.given_sha256):
        return before
    _check_usage(tx, limits, sender, upload.created_at)
    uploads.add(tx, upload)
    return upload


def _check_usage(tx: sa.Connection, limits: UploadLimits, sender: Sender, at: datetime) -> None:
    factor = AGENTS_FACTOR if sender.agent else 1
    mine = uploads.usage(tx, sender.shop, sender.owner, at - DAY)
    if mine.count >= limits.per_day * factor or mine.size >= limits.size_per_day * factor:
        raise TooMany
    if uploads.usage(tx, sender.shop, None, at - DAY).size >= limits.shop_size_per_day:
        raise TooMany
