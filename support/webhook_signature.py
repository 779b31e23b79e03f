"""Signatures of webhooks in the form of Standard Webhooks: HMAC-SHA256 of `id.timestamp.body`, in base64 after `v1,`.

A secret is written `whsec_` and base64 of 24 to 64 bytes. See https://www.standardwebhooks.com.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
PREFIX = "whsec_"
SHORTEST, LONGEST = 24, 64
TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 10
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class BadSecret(Exception):
    """A secret that is none; the message says how one is written, and never holds it."""

    def __init__(self) -> None:
        super().__init__(f"a webhook's secret is {PREFIX} and base64 of {SHORTEST} to {LONGEST} bytes")


class BadSignature(Exception):
    """A request that is not believed. `code` is for programs, `status` 400 for its form and 401 for its signature."""

    def __init__(self, code: str, detail: str, status: int = 400) -> None:
        super().__init__(detail)
        self.code, self.detail, self.status = code, detail, status


def new_secret() -> str:
    """A fresh secret of 32 bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The key that a written secret stands for. Raises BadSecret."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret from None
    if not secret.strip().startswith(PREFIX) or not SHORTEST <= len(key) <= LONGEST:
        raise BadSecret
    return key


def signature(key: bytes, id: str, seconds: int | str, body: bytes) -> str:
    """What belongs into the header `webhook-signature`."""
    mac = hmac.digest(key, f"{id}.{seconds}.".encode() + body, "sha256")
    return "v1," + base64.b64encode(mac).decode()


def event_id(headers: Mapping[str, str], now: datetime) -> str:
    """The event's id, of headers that were sent just now. Raises BadSignature."""
    id, seconds, clock = headers.get(ID, ""), headers.get(TIMESTAMP, ""), int(now.timestamp())
    missing = [name for name in (ID, TIMESTAMP, SIGNATURE) if not headers.get(name)]
    if missing:
        raise BadSignature("headers", f"send the header{'s' * (len(missing) > 1)} {', '.join(missing)}")
    if not _ID.fullmatch(id):
        raise BadSignature("headers", f"{ID} is 1 to 100 letters, digits and _.:- only")
    if not _SECONDS.fullmatch(seconds):
        raise BadSignature("headers", f"{TIMESTAMP} is whole seconds since 1970 UTC, such as {clock}")
    if abs(int(seconds) - clock) > TOLERANCE_SECONDS:
        raise BadSignature(
            "timestamp",
            f"{TIMESTAMP} is more than {TOLERANCE_SECONDS} s from this server's clock, which says {clock}: "
            "set your clock, and sign anew at each try",
        )
    return id


def check(keys: Iterable[bytes], headers: Mapping[str, str], body: bytes) -> None:
    """Raise BadSignature unless one of the signatures is by one of the keys. The time tells nothing of either."""
    given = headers.get(SIGNATURE, "").split()[:MOST_SIGNATURES]
    right = [signature(key, headers[ID], headers[TIMESTAMP], body).encode() for key in keys]
    matches = [hmac.compare_digest(one.encode(), other) for one in given for other in right]
    if not any(matches):
        raise BadSignature(
            "signature", f"no signature in {SIGNATURE} is by this shop's secret over id.timestamp.body", 401
        )
