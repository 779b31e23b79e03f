"""The way from one worker to the others: what is heard now or never. Nothing that has to be kept is trusted to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Hear = Callable[[bytes], None]
"""Called in the event loop with what another worker told, in the order in which that one told it."""
LARGEST = 512 * 1024
"""Bytes of one telling; more is not passed on."""
MOST_WAITING = 10_000
"""Tellings that wait for their way; what comes then is lost."""


class FanOut(Protocol):
    """Workers on one channel. Lives in the event loop; `tell` may be called from any thread."""

    @property
    def trouble(self) -> str | None:
        """Why the others are not reached at the moment, in one line without a secret; None where they are."""
        ...

    @property
    def alone(self) -> bool:
        """Whether there are no others to tell, ever."""
        ...

    async def start(self, channel: str, hear: Hear) -> None:
        """Join a channel, a name of letters and digits. Returns at once, whether or not the others are reached yet."""
        ...

    def tell(self, data: bytes) -> None:
        """To every other worker on the channel, once each, or to nobody. Never blocks, never raises."""
        ...

    async def close(self) -> None:
        """Leave; what was told before is still sent where there is a way."""
        ...
