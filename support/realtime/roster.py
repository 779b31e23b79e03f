"""The roster: which agents are here, whether they are away, and what they look at; known by their sockets alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ticketing.agent import Agent, Presence

Key = tuple[str, str]


@dataclass(slots=True, eq=False)
class Seat:
    """One socket of an agent."""

    agent: Agent
    state: Literal["online", "away"] = "online"
    viewing: str | None = None

    @property
    def key(self) -> Key:
        """Shop and agent."""
        return self.agent.shop, self.agent.id


class Roster:
    """Every agent's seats in this process; safe from several threads."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._began = clock()
        self._seats: dict[Key, list[Seat]] = {}
        self._left: dict[Key, datetime] = {}
        self._lock = threading.Lock()

    def come(self, agent: Agent) -> Seat:
        """A socket opened."""
        seat = Seat(agent)
        with self._lock:
            self._seats.setdefault(seat.key, []).append(seat)
            self._left.pop(seat.key, None)
        return seat

    def go(self, seat: Seat) -> None:
        """It closed."""
        with self._lock:
            held = self._seats.get(seat.key, [])
            if seat in held:
                held.remove(seat)
            if not held and self._seats.pop(seat.key, None) is not None:
                self._left[seat.key] = self._clock()

    def presence(self, shop: str, agent: str) -> Presence:
        """Online where one socket is, away where all are, offline without any."""
        with self._lock:
            states = {seat.state for seat in self._seats.get((shop, agent), ())}
        return "online" if "online" in states else "away" if states else "offline"

    def offline_since(self, shop: str, agent: str) -> datetime | None:
        """Since when an agent is not here, from this process's start at the earliest; None for one who is."""
        with self._lock:
            if self._seats.get((shop, agent)):
                return None
            return self._left.get((shop, agent), self._began)

    def viewing(self, shop: str, conversation: str) -> tuple[Agent, ...]:
        """Who has a conversation open, in the order of their names."""
        with self._lock:
            seats = [seat for (of, _), held in self._seats.items() if of == shop for seat in held]
        found = {seat.agent.id: seat.agent for seat in seats if seat.viewing == conversation}
        return tuple(sorted(found.values(), key=lambda agent: agent.name))

    def here(self, shop: str) -> frozenset[str]:
        """The ids of a shop's agents who are here."""
        with self._lock:
            return frozenset(agent for of, agent in self._seats if of == shop)
