"""Whether someone owns an order."""

from __future__ import annotations

import hashlib
import hmac

from support.orders.order import Order


def owns(order: Order, proof: str) -> bool:
    """Whether `proof` is the order's contact or one of its proofs, exact but for surrounding space.

    Takes the same time whichever of them it is and however much of it agrees: equal digests are compared, and every
    candidate is. An empty stored proof proves nothing, nor does an empty answer.
    """
    given = proof.strip()
    found = False
    for candidate in (order.contact or "", *order.proofs):
        stored = candidate.strip()
        found |= hmac.compare_digest(_digest(stored), _digest(given)) and bool(stored)
    return found


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
