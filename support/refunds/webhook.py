"""A shop's own endpoint: told by a webhook signed as Standard Webhooks are, and asked by the same key.

`POST {url}` with `{"type": "refund.execute" | "refund.status", "timestamp", "data": {…}}`; the answer is
`{"state": "done" | "failed" | "pending" | "unknown", "reference"}`. `unknown` means that it has never heard of the key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import msgspec

from support import webhook_signature as signing
from support.refunds.executor import Answer, Instruction
from support.refunds.sending import NoAnswer, NotSent, Reply, Resolve, resolve, send

REFUSED = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})
"""What is answered before anything is done; every other status leaves it open."""
TOO_OLD = timedelta(seconds=2 * signing.TOLERANCE_SECONDS)
"""By then a request that was still on its way is refused for its timestamp, by every receiver of such webhooks."""


class _Told(msgspec.Struct):
    state: Literal["done", "failed", "pending", "unknown"]
    reference: str = ""


class WebhookExecutor:
    """Tells one address."""

    def __init__(self, url: str, key: bytes, private: bool = False, find: Resolve = resolve) -> None:
        self._url, self._key, self._private, self._find = url, key, private, find

    def execute(self, given: Instruction) -> Answer:
        """Tell it, under the time at which it was claimed: what is late in coming is not taken any more."""
        try:
            reply = self._post("refund.execute", given.key, given, given.at)
        except NotSent as error:
            return Answer("failed", f"not sent: {error}")
        except NoAnswer as error:
            return Answer("unknown", f"no answer: {error}")
        if reply.status in REFUSED:
            return Answer("failed", f"refused with {reply.status}")
        told = _told(reply)
        reference = told.reference[:300] if told and told.reference else f"answered {reply.status}"
        return Answer("unknown" if told is None or told.state == "pending" else told.state, reference)

    def ask(self, given: Instruction, now: datetime) -> Answer:
        """Ask by the key."""
        try:
            told = _told(self._post("refund.status", f"{given.key}.{int(now.timestamp())}", given, now))
        except (NotSent, NoAnswer) as error:
            return Answer("unknown", str(error))
        if told is None or told.state == "pending":
            return Answer("unknown", told.reference if told else "no usable answer")
        if told.state != "unknown":
            return Answer(told.state, told.reference[:300] or f"asked, and it says {told.state}")
        if now - given.at > TOO_OLD:
            return Answer("failed", "it has never heard of it, and takes nothing so old any more")
        return Answer("unknown", "it has not heard of it yet")

    def _post(self, kind: str, id: str, given: Instruction, at: datetime) -> Reply:
        data: dict[str, Any] = {
            "idempotency_key": given.key, "refund": given.number, "kind": given.kind, "order": given.order_no,
            "line": given.line, "amount": str(given.amount), "currency": given.currency, "quantity": given.quantity,
        }  # fmt: skip
        body = msgspec.json.encode({"type": kind, "timestamp": given.at.isoformat(), "data": data})
        seconds = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": given.key, signing.ID: id,
            signing.TIMESTAMP: seconds, signing.SIGNATURE: signing.signature(self._key, id, seconds, body),
        }  # fmt: skip
        return send("POST", self._url, headers, body, self._private, self._find)


def _told(reply: Reply) -> _Told | None:
    """What a good answer says; None for any other."""
    if not 200 <= reply.status < 300:
        return None
    try:
        return msgspec.json.decode(reply.body, type=_Told)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
