"""A circuit breaker: what fails again and again is left alone for a while, so that no buyer waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from support.orders.connector import StoreUnavailable

log = structlog.get_logger()
FAILURES = 3
REST_SECONDS = 15.0


class Breaker:
    """Opens after `failures` in a row. After `rest_seconds` one call may try; its success closes it again.

    Safe from several threads. `clock` counts seconds; `failure` is what counts as one, made of a text, and `of` names
    what is left alone.
    """

    def __init__(
        self, failures: int = FAILURES, rest_seconds: float = REST_SECONDS,
        clock: Callable[[], float] = time.monotonic, failure: type[Exception] = StoreUnavailable, of: str = "the store",
    ) -> None:  # fmt: skip
        self._limit, self._rest, self._clock = failures, rest_seconds, clock
        self._failure, self._of = failure, of
        self._failed, self._open_until, self._probing = 0, 0.0, False
        self._reason = ""
        self._lock = threading.Lock()

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Run the block unless the breaker is open. `failure` counts as one, anything else does not."""
        self._enter()
        try:
            yield
        except self._failure as error:
            self._failed_with(str(error))
            raise
        except BaseException:
            self._release()
            raise
        self._succeeded()

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self._limit:
                return
            if self._probing or self._clock() < self._open_until:
                raise self._failure(f"not tried, after {self._failed} failures in a row; the last: {self._reason}")
            self._probing = True

    def _failed_with(self, reason: str) -> None:
        with self._lock:
            self._failed += 1
            self._probing, self._reason = False, reason
            self._open_until = self._clock() + self._rest
            if self._failed == self._limit:
                log.warning(f"{self._of} is left alone for a while", reason=reason, seconds=self._rest)

    def _succeeded(self) -> None:
        with self._lock:
            if self._failed >= self._limit:
                log.info(f"{self._of} answers again")
            self._failed, self._probing = 0, False

    def _release(self) -> None:
        with self._lock:
            self._probing = False
