"""Where the chat was met: the pages from which it called, and those whose call was refused."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

MOST = 20
"""Origins of a shop that are remembered, the latest: anybody may call from a page of theirs."""
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Sighting:
    """The last call from a page of `origin`, and whether it was let in."""

    origin: str
    at: datetime
    allowed: bool


@dataclass(slots=True)
class Sightings:
    """Since this process began; nothing of it is kept."""

    _seen: dict[str, OrderedDict[str, Sighting]] = field(default_factory=dict)

    def saw(self, shop: str, origin: str, allowed: bool, at: datetime) -> None:
        """A page called."""
        mine = self._seen.setdefault(shop, OrderedDict())
        mine[origin[:LONGEST]] = Sighting(origin[:LONGEST], at, allowed)
        mine.move_to_end(origin[:LONGEST])
        if len(mine) > MOST:
            mine.popitem(last=False)

    def of(self, shop: str) -> tuple[Sighting, ...]:
        """The latest first."""
        return tuple(reversed(self._seen.get(shop, {}).values()))
