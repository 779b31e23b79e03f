"""Locks between processes."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between processes and threads; the system lets go of it when its holder dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def chroma_lock(folder: Path) -> Path:
    """The lock beside an embedded Chroma's `folder`: one process at a time makes its tables or writes to it."""
    return folder.with_name(f"{folder.name}.lock")
