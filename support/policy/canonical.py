"""Canonical JSON, RFC 8785: one spelling for one document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import rfc8785

EXACT = 2**53
"""Whole numbers from here on are not exact in JSON."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """The canonical bytes.

    Raises:
        rfc8785.CanonicalizationError, UnicodeError, TypeError, RecursionError: it has none.
    """
    return rfc8785.dumps(dict(document))


def canonical_proof(proof: Mapping[str, Any]) -> bytes:
    """The same bytes at a fiftieth of the time, where no number of a proof's facts and lines is one that both spell
    apart; of the shape of a proof, with or without its `digest`."""
    values = [fact["value"] for fact in proof["facts"].values()] + [entry["value"] for entry in proof["trace"]]
    if all(map(is_spelled_alike, values)):
        return msgspec.json.encode(proof, order="sorted")
    return canonical(proof)


def is_spelled_alike(value: object) -> bool:
    """Whether a value of a proof is written without an exponent, and with a fraction only where it has one."""
    if isinstance(value, float):
        return 1e-4 <= abs(value) < 1e15 and not value.is_integer()
    return not isinstance(value, int) or abs(value) < EXACT
