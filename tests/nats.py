"""A NATS server of the tests' own, on a port that no other test run takes."""

from __future__ import annotations

from bench.nats import Broker as AnyBroker
from tests.running import free_port


class Broker(AnyBroker):
    """May be killed and started again, on the same port."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        super().__init__(free_port(), host)
