"""Dujiao-Next's own API for distributors: a whole order is cancelled, which gives its payment back to its account.

It signs `METHOD\\nPATH\\nTIMESTAMP\\nmd5(body)` with HMAC-SHA256 and takes a timestamp of at most a minute. It knows no
key of ours: that an order is cancelled at most once makes it the same, and its status tells what became of it.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import msgspec

from support.refunds.executor import Answer, Instruction
from support.refunds.sending import NoAnswer, NotSent, Reply, Resolve, resolve, send

API = "/api/v1/upstream"
GIVEN_BACK = frozenset({"canceled", "refunded"})
STANDING = frozenset({"pending_payment", "paid", "fulfilling", "partially_delivered", "delivered", "completed"})
TOO_OLD = timedelta(seconds=120)
"""By then a request that was still on its way is refused for its timestamp."""


class DujiaoNextExecutor:
    """Cancels orders of one store."""

    def __init__(self, url: str, key: str, secret: str, private: bool = False, find: Resolve = resolve) -> None:
        self._url, self._key, self._secret = httpx.URL(url.rstrip("/")), key, secret
        self._private, self._find = private, find

    def execute(self, given: Instruction) -> Answer:
        """Cancel the order; it does that for the whole of one only."""
        if not given.whole or given.kind != "refund":
            return Answer("failed", "not sent: Dujiao-Next cancels whole orders only; carry this out by hand")
        try:
            reply = self._call("POST", f"{_path(given)}/cancel", given.at)
        except NotSent as error:
            return Answer("failed", f"not sent: {error}")
        except NoAnswer as error:
            return Answer("unknown", f"no answer: {error}")
        body = _body(reply)
        if reply.status == 200 and body.get("status_code") == 0:
            return Answer("done", f"order {given.order_no} is cancelled")
        if 400 <= reply.status < 500 and reply.status not in {408, 409, 425, 429}:
            return Answer("failed", f"refused with {reply.status}: {str(body.get('msg', ''))[:200]}")
        return Answer("unknown", f"answered {reply.status}: {str(body.get('msg', ''))[:200]}")

    def ask(self, given: Instruction, now: datetime) -> Answer:
        """Read the order's status."""
        try:
            reply = self._call("GET", _path(given), now)
        except (NotSent, NoAnswer) as error:
            return Answer("unknown", str(error))
        data = _body(reply).get("data")
        status = data.get("status") if reply.status == 200 and isinstance(data, dict) else None
        if status in GIVEN_BACK:
            return Answer("done", f"order {given.order_no} is {status}")
        if status in STANDING and now - given.at > TOO_OLD:
            return Answer("failed", f"order {given.order_no} is still {status}, and takes nothing so old any more")
        return Answer("unknown", f"order {given.order_no}: {status or reply.status}")

    def _call(self, method: str, path: str, at: datetime) -> Reply:
        seconds, whole = str(int(at.timestamp())), self._url.raw_path.decode().rstrip("/") + path
        text = f"{method}\n{whole}\n{seconds}\n{hashlib.md5(b'', usedforsecurity=False).hexdigest()}"
        signed = hmac.new(self._secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        headers = {
            "Dujiao-Next-Api-Key": self._key, "Dujiao-Next-Timestamp": seconds, "Dujiao-Next-Signature": signed,
        }  # fmt: skip
        url = str(self._url.copy_with(raw_path=whole.encode()))
        return send(method, url, headers, b"", self._private, self._find)


def _path(given: Instruction) -> str:
    return f"{API}/orders/{quote(given.order_no, safe='')}"


def _body(reply: Reply) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
