"""The faulty disk from outside: build it, fill it, break it, and take back what a loss of power would."""

from __future__ import annotations

import random
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SOURCE = Path(__file__).with_name("disk.c")
HEAD = struct.Struct("=qqqq")
Mode = Literal["all", "some"]


def build_disk(folder: Path) -> Path:
    """The shared library for LD_PRELOAD. Raises CalledProcessError with what the compiler says."""
    library = folder / "disk.so"
    command = [
        "cc",
        "-O2",
        "-Wall",
        "-Wextra",
        "-fPIC",
        "-shared",
        "-o",
        str(library),
        str(SOURCE),
        "-ldl",
        "-lpthread",
    ]
    subprocess.run(command, check=True)
    return library


@dataclass(frozen=True, slots=True)
class Write:
    """One write that was not synced: what it replaced and what it wrote (None: the file was cut at `offset`)."""

    offset: int
    size_before: int
    old: bytes
    new: bytes | None


class FaultyDisk:
    """What stands under a data folder's *.sqlite* files and its uploads."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self.folder = data_dir / "disk"
        self.folder.mkdir(exist_ok=True)

    @property
    def env(self) -> dict[str, str]:
        """What the server's environment needs besides the library."""
        return {"FAULTY_DISK": str(self.folder)}

    @contextmanager
    def full(self) -> Iterator[None]:
        """No room for a file to grow."""
        with self._flag("full"):
            yield

    @contextmanager
    def broken(self) -> Iterator[None]:
        """Every sync fails."""
        with self._flag("broken"):
            yield

    @contextmanager
    def _flag(self, name: str) -> Iterator[None]:
        flag = self.folder / name
        flag.touch()
        try:
            yield
        finally:
            flag.unlink()

    def lose_power(self, rng: random.Random, mode: Mode = "all") -> int:
        """Take every file back to what was synced, or drop any of the writes since; how many were dropped."""
        dropped = 0
        for log in sorted(self.folder.glob("*.unsynced")):
            dropped += _revert(self._file(log.name.removesuffix(".unsynced")), _writes(log), rng, mode)
            log.unlink()
        for shared in self._data_dir.glob("*-shm"):
            shared.unlink()
        return dropped

    def _file(self, name: str) -> Path:
        """A database's file, or an upload's."""
        here = self._data_dir / name
        return here if here.exists() else next((self._data_dir / "uploads").rglob(name), here)


def _writes(log: Path) -> list[Write]:
    data, at, found = log.read_bytes(), 0, []
    while at + HEAD.size <= len(data):
        offset, size, old, new = HEAD.unpack_from(data, at)
        at += HEAD.size
        end = at + old + max(new, 0)
        if end > len(data):
            break  # killed while it was noted, so the write itself never came
        found.append(Write(offset, size, data[at : at + old], None if new < 0 else data[at + old : end]))
        at = end
    return found


def _revert(path: Path, writes: list[Write], rng: random.Random, mode: Mode) -> int:
    """Undo every write, last first; then, where some survive, do those again."""
    if not path.exists():
        return 0
    kept = [write for write in writes if mode == "some" and rng.random() < 0.5]
    with path.open("r+b") as file:
        for write in reversed(writes):
            file.seek(write.offset)
            file.write(write.old)
            file.truncate(write.size_before)
        for write in kept:
            if write.new is None:
                file.truncate(write.offset)
            else:
                file.seek(write.offset)
                file.write(write.new)
    return len(writes) - len(kept)


def copy_record(data_dir: Path, to: Path) -> Path:
    """A copy of a dead server's database, so that looking at it recovers nothing for the next server."""
    to.mkdir(parents=True, exist_ok=True)
    for old in to.glob("anxin.sqlite*"):
        old.unlink()
    for path in data_dir.glob("anxin.sqlite*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, to / path.name)
    return to / "anxin.sqlite"
