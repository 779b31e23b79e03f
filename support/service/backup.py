"""A backup: one archive with the record, the files that were sent, and what it must hold to be whole.

    anxin.sqlite | record.dump     the record at one moment
    uploads/SHOP/AA/HASH.ID        every file sent; a name begins with its content's hash
    manifest.json                  written last, so its presence says that the archive was finished

Articles and policies are in the record. Vectors are not kept: they are made anew from it.
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import sqlalchemy as sa

from ticketing.storage.snapshot import KINDS, save, schema_of
from ticketing.storage.upload_files import digest_of

Progress = Callable[[int, int], None]
MANIFEST, UPLOADS = "manifest.json", "uploads"
NAME = re.compile(r"uploads/[A-Za-z0-9_-]{1,64}/[0-9a-f]{2}/([0-9a-f]{64})\.[0-9A-Za-z-]{1,64}")


class BadBackup(Exception):
    """An archive is not whole, or no backup; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished archive holds. `schema` is the migration of its tables, `sha256` that of the record's file."""

    anxin: str
    made_at: str
    engine: str
    schema: str
    sha256: str
    files: int


def write(engine: sa.Engine, uploads: Path, archive: Path, at: datetime, progress: Progress) -> Manifest:
    """Write `archive`, compressed where its name ends in `gz`; nothing of that name is seen before it is whole.

    The record comes first: each file that it names was there then. Raises CannotCopy, OSError.
    """
    with tempfile.TemporaryDirectory(prefix=".anxin-backup-", dir=archive.parent) as place:
        record = save(engine, Path(place))
        files = sorted(_files(uploads))
        part = Path(place) / "archive"
        count, total = 0, len(files) + 1
        with part.open("xb") as out, tarfile.open(fileobj=out, mode="w:gz" if archive.suffix == ".gz" else "w") as tar:
            os.chmod(part, 0o600)
            tar.add(record, record.name, filter=_plain)
            for path in files:
                progress(count + 1, total)
                count += _added(tar, path, f"{UPLOADS}/{path.relative_to(uploads).as_posix()}")
            manifest = Manifest(
                version("anxin"), at.isoformat(timespec="seconds"), engine.dialect.name, schema_of(engine),
                digest_of(record), count,
            )  # fmt: skip
            text = json.dumps(asdict(manifest), indent=2).encode()
            head = tarfile.TarInfo(MANIFEST)
            head.size, head.mtime = len(text), int(at.timestamp())
            tar.addfile(head, io.BytesIO(text))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(archive)
    return manifest


def unpack(archive: Path, into: Path, progress: Progress) -> Manifest:
    """Unpack into a new folder and check every byte. Raises BadBackup, OSError."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(0o700, parents=True)
    size = archive.stat().st_size
    try:
        with archive.open("rb") as file, tarfile.open(fileobj=file) as tar:
            for member in tar:
                progress(file.tell(), size)
                _unpack_one(tar, member, into)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BadBackup(f"{archive} is damaged or no backup: {error}") from error
    manifest = _manifest(archive, into)
    record = into / KINDS[manifest.engine]
    if not record.is_file() or digest_of(record) != manifest.sha256:
        raise BadBackup(f"{archive} is damaged: its record is not the one that was written")
    found = list(_files(into / UPLOADS))
    if len(found) != manifest.files:
        raise BadBackup(f"{archive} is damaged: {len(found)} of its {manifest.files} files are in it")
    for path in found:
        if digest_of(path) != path.name.partition(".")[0]:
            raise BadBackup(f"{archive} is damaged: {path.relative_to(into)} is not what was sent")
    return manifest


def _manifest(archive: Path, into: Path) -> Manifest:
    path = into / MANIFEST
    if not path.is_file():
        raise BadBackup(f"{archive} was not finished: it has no {MANIFEST}")
    try:
        manifest = Manifest(**json.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:
        raise BadBackup(f"{archive}: its {MANIFEST} cannot be read, perhaps of another version") from error
    if manifest.engine not in KINDS:
        raise BadBackup(f"{archive} is of a record that this version does not know: {manifest.engine}")
    return manifest


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    """Only plain files, and only those that a backup has: an archive may come from anywhere."""
    if not member.isfile() or not (member.name in (MANIFEST, *KINDS.values()) or NAME.fullmatch(member.name)):
        raise BadBackup(f"{member.name} is nothing that a backup holds")
    path = into / PurePosixPath(member.name)
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    source = tar.extractfile(member)
    assert source is not None  # a plain file has a content
    with source, path.open("xb") as out:
        os.chmod(path, 0o600)
        shutil.copyfileobj(source, out, 2**20)
        out.flush()
        os.fsync(out.fileno())


def _files(uploads: Path) -> Iterator[Path]:
    """Every file in its place; those being received lie in a folder whose name begins with a dot."""
    return uploads.glob("[!.]*/??/*")


def _added(tar: tarfile.TarFile, path: Path, name: str) -> bool:
    """Whether it was still there: what is no longer to be kept may go meanwhile."""
    try:
        tar.add(path, name, filter=_plain)
    except FileNotFoundError:
        return False
    return True


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
