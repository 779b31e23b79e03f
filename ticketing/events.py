"""Events: what happened, in the order in which everyone hears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Audience = Literal["all", "agents"]


@dataclass(frozen=True, slots=True)
class Event:
    """One durable event. `n` is the shop's cursor; `owner` is whose conversation it is of."""

    shop: str
    n: int
    type: str
    conversation: str
    owner: str
    body: dict[str, Any]
    at: datetime
    audience: Audience = "all"
