"""Publications: who put which versions of the policies in force, or took them back, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Via = Literal["publish", "import", "withdraw"]


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """One version that a publication added, altered or removed; `files` are its own, as they were published."""

    kind: Literal["added", "altered", "removed"]
    policy: str
    effective: str
    digest: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Publication:
    """The shop's `n`-th change of its policies. `effect` is what the record would have come to under it."""

    shop: str
    n: int
    at: datetime
    by: str
    via: Via
    note: str
    digest: str
    changes: tuple[PublishedVersion, ...]
    effect: Mapping[str, Any]
