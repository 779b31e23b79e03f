"""A list beside the record of who was erased: what a backup of before brings back is found and erased again by it.

It names nobody: a line holds a keyed mark, and the ids of conversations, which are random. It is only added to.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

FILE = "erasures.jsonl"


class BadErasureList(ValueError):
    """A list cannot be read; the message says which line."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One that was done, or was begun: `mark` is the keyed mark of the owner, `chats` were theirs."""

    shop: str
    at: str
    mark: str
    chats: list[str]

    @property
    def moment(self) -> datetime:
        """`at` as a time, to be compared with that of a backup."""
        return datetime.fromisoformat(self.at)


@dataclass(frozen=True, slots=True)
class ErasureList:
    """The list in a file, which is made with its first line."""

    path: Path

    def add(self, one: Erasure) -> None:
        """Write it down, and onto the disk. Raises OSError."""
        self.path.parent.mkdir(0o700, parents=True, exist_ok=True)
        line = json.dumps(asdict(one)) + "\n"
        with open(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def since(self, at: datetime) -> Iterator[Erasure]:
        """Those of then and later, in their order; none where there is no list. Raises BadErasureList, OSError."""
        if not self.path.exists():
            return
        lines = self.path.read_text("utf-8").splitlines()
        for n, line in enumerate(lines, 1):
            try:
                one = Erasure(**json.loads(line))
                wanted = one.moment >= at
            except (ValueError, TypeError) as error:
                if n == len(lines):  # cut off by a loss of power: what it was for had not begun
                    return
                raise BadErasureList(f"{self.path}: line {n} is none of a list of erasures") from error
            if wanted:
                yield one
