"""Which of the project's functions were called first, second, …: for the pages of docs/walks.md."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
ROOMS = ("knowledge_base", "retrieval", "ticketing", "support")


class Calls:
    """Names (`support.web.socket.Socket.run`) in the order of their first calls, over all threads begun meanwhile."""

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        self._named: dict[CodeType, str | None] = {}

    def hear(self, frame: FrameType, event: str, argument: Any) -> None:
        """What `sys.setprofile` calls."""
        if event == "call" and (name := self._name(frame.f_code)) is not None:
            self.first.setdefault(name, len(self.first))

    def forget(self) -> None:
        """Begin to count from here."""
        self.first.clear()

    def _name(self, code: CodeType) -> str | None:
        if code not in self._named:
            self._named[code] = _named(code)
        return self._named[code]


def _named(code: CodeType) -> str | None:
    try:
        path = Path(code.co_filename).relative_to(ROOT)
    except ValueError:
        return None
    if path.parts[0] not in ROOMS or "<" in code.co_qualname:
        return None
    return f"{'.'.join(path.with_suffix('').parts)}.{code.co_qualname}"


@contextmanager
def listening() -> Iterator[Calls]:
    """Hear every call of this thread, and of those that begin meanwhile."""
    calls = Calls()
    before = sys.getprofile()
    threading.setprofile(calls.hear)
    sys.setprofile(calls.hear)
    try:
        yield calls
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
