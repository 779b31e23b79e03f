"""The servers that transcripts are played against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from support.service.limits import Rates, Shares
from tests.conformance.host import Host, hosted

PATIENT = frozenset({"live", "stop", "rate"})
"""These need a server whose answers rest after their first piece, and whose buyers may send three commands an hour."""
NEVER_MS = 600_000
COMMANDS = 3
FEW = Rates(buyer=COMMANDS / 3600, at_once=3600)


@contextmanager
def world(patient: bool, untouched: Path, folder: Path) -> Iterator[Host]:
    """A server of its own, as fast as it can be or of great patience."""
    if not patient:
        with hosted(untouched, folder) as host:
            yield host
        return
    few = mock.patch("support.service.commands.Shares", lambda rates, times=1: Shares(FEW, times))
    with few, hosted(untouched, folder, stream_pause_ms=NEVER_MS) as host:
        yield host
