"""Signing requests with a secret that both sides know."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field

ALGORITHMS = ("sha256", "sha512", "sha1")
PLACES = ("method", "path", "query", "target", "timestamp", "body_md5", "body_sha256")


@dataclass(frozen=True, slots=True)
class Signature:
    """What is signed, and in which headers it is sent.

    `text` may name PLACES in braces: `target` is the path with its query, the digests are hexadecimal. `timestamp` is
    in seconds since 1970.
    """

    secret: str = field(repr=False)
    header: str
    text: str
    timestamp_header: str | None = None
    algorithm: str = "sha256"
    encoding: str = "hex"
    prefix: str = ""

    def headers(self, method: str, target: str, clock: Callable[[], float]) -> dict[str, str]:
        """The headers of a request without a body."""
        path, _, query = target.partition("?")
        timestamp = str(int(clock()))
        text = self.text.format(
            method=method, path=path, query=query, target=target, timestamp=timestamp,
            body_md5=hashlib.md5(b"", usedforsecurity=False).hexdigest(), body_sha256=hashlib.sha256(b"").hexdigest(),
        )  # fmt: skip
        digest = hmac.new(self.secret.encode(), text.encode(), self.algorithm).digest()
        signed = digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()
        sent = {self.header: self.prefix + signed}
        return sent | ({self.timestamp_header: timestamp} if self.timestamp_header else {})
