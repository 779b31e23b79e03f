"""Keys that an agent gives out anew in the store: kept by fingerprint, given out once, and never shown.

Nothing here sends a key anywhere: the buyer gets it where the store shows keys, as the first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from support.orders.keys import fingerprint, masked
from ticketing.claim import mark_of
from ticketing.refund import Refund
from ticketing.refund_rules import NotAllowed
from ticketing.storage import refunds as rows


def give_keys(tx: sa.Connection, secret: str, refund: Refund, keys: Sequence[str], at: datetime) -> str:
    """Keep the keys of a reissue; what stands for them in the record: their ends. Raises NotAllowed.

    `secret` is the shop's, without which a fingerprint cannot be tried out.
    """
    given = tuple(key.strip() for key in keys if key.strip())
    wanted = refund.quantity or len(given)
    if not given or len(given) != wanted or len(set(given)) != len(given):
        raise NotAllowed("proof", f"enter the keys that were given out: {max(wanted, 1)}, each once")
    for key, shown in zip(given, masked(given), strict=True):
        mark = mark_of(secret, "key", fingerprint(key))
        if (before := rows.reissue_of_key(tx, refund.shop, mark)) is not None:
            raise NotAllowed("proof", f"the key {shown} was given out before, with {before}")
        rows.keep_key(tx, refund, mark, shown, at)
    return f"keys {' '.join(masked(given))}"
