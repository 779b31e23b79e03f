"""Webhooks and what they were told, as they are shown: no secret is among it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from support.policy.proof import utc
from ticketing.storage.webhooks import Attempt, Delivery, Webhook

Json = dict[str, Any]


def webhook_view(one: Webhook) -> Json:
    """An address, and until when its old secret signs or signed beside the new one, None where there was none."""
    return {
        "id": one.id, "url": one.url, "kinds": list(one.kinds), "paused": one.paused, "created_at": utc(one.created_at),
        "created_by": one.created_by, "old_secret_until": utc(one.old_until) if one.old_until else None,
    }  # fmt: skip


def delivery_view(one: Delivery, tries: Sequence[Attempt]) -> Json:
    """Something that an address is told, with each try; `next_at` None: it has ended, told or given up."""
    return {
        "id": one.id, "kind": one.kind, "state": one.state, "at": utc(one.created_at), "body": one.body,
        "next_at": utc(one.next_at) if one.next_at else None,
        "attempts": [
            {"n": each.n, "at": utc(each.at), "status": each.status, "ms": each.ms, "trouble": each.trouble}
            for each in tries
        ],
    }  # fmt: skip
