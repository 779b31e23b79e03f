"""The files of uploads, in a folder beside the database: `SHOP/AA/HASH.ID`.

A file is complete, synced and in its place before its row is committed, so that no row that anybody was told of lacks
its file, whenever the server dies; what is left over is a file without a row, which a sweep removes. The name begins
with the content's hash, by which a copy can be checked, and ends with the upload's id: two rows never share a file, so
removing one cannot take another's away.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ticketing.ids import new_id
from ticketing.upload import Upload

INCOMING = ".incoming"
"""Where files lie until they are whole; no shop's id begins with a dot."""
AT_WORK_SECONDS = 3600.0
"""A younger file may be one whose row is being written."""
AT_ONCE = 500
Kept = Callable[[str, Collection[str]], Collection[str]]
"""`(shop, ids)`: which of these uploads want their file."""


class UploadFiles:
    """The folder of one data folder's uploads. Every method blocks, and raises OSError where the disk does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """The path of a new file; whatever was written there is gone afterwards unless it was kept."""
        incoming = self._folder / INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        path = incoming / new_id()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def path(self, upload: Upload) -> Path:
        """Where an upload's file lies, or would."""
        return self._folder / upload.shop / upload.sha256[:2] / f"{upload.sha256}.{upload.id}"

    def keep(self, fresh: Path, upload: Upload) -> None:
        """Move a fresh file to its place; on the disk, its name too, once this returns."""
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        place = self.path(upload)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(place)
        for folder in (place.parent, place.parent.parent, self._folder, self._folder.parent):
            _sync_folder(folder)

    def remove(self, upload: Upload) -> None:
        """Take an upload's file away, if it is there."""
        self.path(upload).unlink(missing_ok=True)

    def sweep(self, kept: Kept) -> int:
        """Remove every file that no row wants and that nobody is at work on; how many."""
        old = time.time() - AT_WORK_SECONDS
        gone = [path for path in self._incoming() if _older(path, old)]
        for shop, files in self._by_shop(old).items():
            keys = sorted(files)
            for some in (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE)):
                wanted = kept(shop, some)
                gone += [files[key] for key in some if key not in wanted]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _incoming(self) -> Iterator[Path]:
        yield from (self._folder / INCOMING).glob("*")

    def _by_shop(self, before: float) -> dict[str, dict[str, Path]]:
        """Every file that is old enough, by its upload's id."""
        found: defaultdict[str, dict[str, Path]] = defaultdict(dict)
        for path in self._folder.glob("[!.]*/??/*"):
            if _older(path, before):
                found[path.parent.parent.name][path.name.rpartition(".")[2]] = path
        return found


class Writing:
    """A file that is being received: its bytes, counted and hashed as they come."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def write(self, chunk: bytes) -> None:
        """Write on; `size` and `sha256` follow."""
        self._file.write(chunk)
        self._hash.update(chunk)
        self.size += len(chunk)

    @property
    def sha256(self) -> str:
        """Of what was written so far."""
        return self._hash.hexdigest()


def digest_of(path: Path) -> str:
    """A file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _older(path: Path, than: float) -> bool:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime < than
    return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
