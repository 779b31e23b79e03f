"""Events: what happened, in the order in which everyone hears it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

Audience = Literal["all", "agents"]


class Event(msgspec.Struct, frozen=True, gc=False):
    """One durable event. `n` is the shop's cursor; `owner` is whose conversation it is of; `text` is its body in JSON.

    The text is written once and is what is kept, sent and sent again.
    """

    shop: str
    n: int
    type: str
    conversation: str
    owner: str
    text: str
    at: datetime
    audience: Audience = "all"

    @property
    def body(self) -> dict[str, Any]:
        """The text, read."""
        found: dict[str, Any] = msgspec.json.decode(self.text)
        return found
