"""Claims as the record keeps them: on which order, by whom, about which keys. Who and which key are keyed marks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

PURPOSE = b"anxin claims 1"
"""Marks are made for this record alone: no other use of a shop's secret gives the same ones."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim. `marks` tell buyers apart: whoever shares one is taken for the same; `keys` are marks of keys."""

    order_no: str
    product: str
    reason: str
    at: datetime
    marks: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    refunded: bool = False


def mark_of(secret: str, kind: str, value: bytes) -> str:
    """A keyed fingerprint, HMAC-SHA-256 in hex: equal values meet, and without the secret none can be tried out."""
    own = hmac.digest(secret.encode(), PURPOSE, hashlib.sha256)
    return hmac.digest(own, kind.encode() + b"\0" + value, hashlib.sha256).hex()


def different_buyers(claims: Iterable[Claim]) -> int:
    """How many buyers made these claims, at least: those who share a mark, or an order, count once."""
    groups: list[set[str]] = []
    for claim in claims:
        mine = {*claim.marks, f"order {claim.order_no}"}
        meeting = [group for group in groups if group & mine]
        groups = [group for group in groups if not group & mine]
        groups.append(mine.union(*meeting))
    return len(groups)
