"""A store's HTTP interface: bounded in time and size, signed where it asks for it, behind a circuit breaker.

Nothing of what is asked or answered gets into a message: both hold buyers' data.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

import httpx

from support.orders.breaker import Breaker
from support.orders.connector import StoreUnavailable
from support.orders.signature import Signature

TIMEOUT_SECONDS = 5.0
CONNECT_SECONDS = 3.0
CONNECTIONS = 4
MOST_BYTES = 2**21
MISSING = frozenset({404, 410})
REFUSED = frozenset({401, 403})


class HttpStore:
    """Reads JSON by GET from below one address. `missing` are answers that say that there is no such thing."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        signature: Signature | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
        missing: Iterable[int] = MISSING,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base, self._headers = httpx.URL(url.rstrip("/")), dict(headers or {})
        self._signature, self._clock = signature, clock
        self._missing, self._breaker = frozenset(missing), breaker or Breaker()
        self._seconds = timeout_seconds
        self._client = self._new_client()

    def get(self, template: str, **values: object) -> object | None:
        """The answer to GET of a path below the address, its `{places}` filled in and escaped; None where missing.

        Raises StoreUnavailable.
        """
        filled = template.format(**{name: quote(str(value), safe="") for name, value in values.items()})
        target = f"{self._base.raw_path.decode().rstrip('/')}{filled}"
        with self._breaker.guarding():
            status, body = self._ask(target)
            if status in self._missing:
                return None
            if status in REFUSED:
                raise StoreUnavailable(f"the store refuses us ({status}): check the key and the signature in shop.toml")
            if status != 200:
                raise StoreUnavailable(f"the store answers {status}")
            return _decoded(body)

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self._client.close()
        self._client = self._new_client()

    def _new_client(self) -> httpx.Client:
        timeout = httpx.Timeout(self._seconds, connect=CONNECT_SECONDS)
        limits = httpx.Limits(max_connections=CONNECTIONS)
        return httpx.Client(timeout=timeout, limits=limits, follow_redirects=False, trust_env=False)

    def _ask(self, target: str) -> tuple[int, bytes]:
        signed = {} if self._signature is None else self._signature.headers("GET", target, self._clock)
        url, end = self._base.copy_with(raw_path=target.encode()), time.monotonic() + self._seconds
        headers = {"Accept": "application/json"} | self._headers | signed
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                return response.status_code, _body(response, end)
        except httpx.TimeoutException:
            raise StoreUnavailable("the store does not answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise StoreUnavailable(f"the store cannot be reached ({type(error).__name__})") from None


def _body(response: httpx.Response, end: float) -> bytes:
    """The body, unless it goes on and on."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MOST_BYTES:
            raise StoreUnavailable("the store's answer is too long")
        if time.monotonic() > end:
            raise StoreUnavailable("the store does not answer in time")
    return body


def _decoded(body: bytes) -> object:
    try:
        document: object = json.loads(body)
    except (ValueError, RecursionError):
        raise StoreUnavailable("the store's answer is no JSON") from None
    return document
