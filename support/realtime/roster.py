"""The roster: which agents are here, whether they are away, and what they look at: by the sockets of every worker."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ticketing.agent import Agent, Presence
from ticketing.worker import Seated

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Moved:
    """What changed of those who sit at other workers: shops where presence did, conversations that are viewed."""

    shops: frozenset[str]
    viewed: frozenset[Key]


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
    """Every agent's seats, in this process and as the others tell of theirs; safe from several threads."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._began = clock()
        self._seats: dict[Key, list[Seat]] = {}
        self._left: dict[Key, datetime] = {}
        self._far: dict[Key, tuple[Seated, ...]] = {}
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

    def seated(self) -> tuple[Seated, ...]:
        """Who sits here, an agent once, as other workers are told."""
        with self._lock:
            return tuple(_seated(held) for held in self._seats.values() if held)

    def see(self, far: Iterable[Seated]) -> Moved:
        """Who sits at the other workers now; what that changed."""
        now: dict[Key, tuple[Seated, ...]] = {}
        for one in far:
            key = one.shop, one.id
            now[key] = (*now.get(key, ()), one)
        with self._lock:
            before, self._far = self._far, now
            for key in before.keys() - now.keys() - self._seats.keys():
                self._left[key] = self._clock()
        shops = {key[0] for key in before.keys() | now.keys() if _states(before, key) != _states(now, key)}
        return Moved(frozenset(shops), frozenset(view[:2] for view in _views(before) ^ _views(now)))

    def presence(self, shop: str, agent: str) -> Presence:
        """Online where one socket is, away where all are, offline without any."""
        with self._lock:
            states = {seat.state for seat in self._seats.get((shop, agent), ())} | _states(self._far, (shop, agent))
        return "online" if "online" in states else "away" if states else "offline"

    def offline_since(self, shop: str, agent: str) -> datetime | None:
        """Since when an agent is not here, from this process's start at the earliest; None for one who is."""
        with self._lock:
            if self._seats.get((shop, agent)) or (shop, agent) in self._far:
                return None
            return self._left.get((shop, agent), self._began)

    def viewing(self, shop: str, conversation: str) -> tuple[Agent | Seated, ...]:
        """Who has a conversation open, in the order of their names."""
        with self._lock:
            seats = [seat for (of, _), held in self._seats.items() if of == shop for seat in held]
            far = [one for (of, _), held in self._far.items() if of == shop for one in held]
        found: dict[str, Agent | Seated] = {one.id: one for one in far if conversation in one.viewing}
        found |= {seat.agent.id: seat.agent for seat in seats if seat.viewing == conversation}
        return tuple(sorted(found.values(), key=lambda agent: agent.name))

    def here(self, shop: str) -> frozenset[str]:
        """The ids of a shop's agents who sit at this worker."""
        with self._lock:
            return frozenset(agent for of, agent in self._seats if of == shop)


def _seated(held: list[Seat]) -> Seated:
    agent, state = held[0].agent, "online" if any(seat.state == "online" for seat in held) else "away"
    views = tuple(sorted({seat.viewing for seat in held if seat.viewing is not None}))
    return Seated(agent.shop, agent.id, agent.name, agent.display_name, state, views)


def _states(far: Mapping[Key, tuple[Seated, ...]], key: Key) -> frozenset[str]:
    return frozenset(one.state for one in far.get(key, ()))


def _views(far: Mapping[Key, tuple[Seated, ...]]) -> set[tuple[str, str, str]]:
    return {(one.shop, view, one.id) for held in far.values() for one in held for view in one.viewing}
