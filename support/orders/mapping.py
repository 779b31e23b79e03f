"""Reads a mapping from `[orders]` of `shop.toml`: which place of a store holds what. Every fault names its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import get_args

from support.orders.connector import StoreUnavailable
from support.orders.order import DeliveryKind, DeliveryState

KINDS: dict[str, DeliveryKind] = {kind: kind for kind in get_args(DeliveryKind)}
STATES: dict[str, DeliveryState] = {state: state for state in get_args(DeliveryState)}


class MappingFault(StoreUnavailable):
    """The mapping in `shop.toml` is wrong: until it is mended the store cannot be read."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"shop.toml: orders.{key} {message}")
        self.key, self.message = key, f"orders.{key} {message}"


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the mapping, read key by key."""

    name: str
    values: Mapping[str, object]

    def __bool__(self) -> bool:
        return bool(self.values)

    def fault(self, key: str, message: str) -> MappingFault:
        """A fault at a key of this table."""
        return MappingFault(f"{self.name}.{key}" if self.name else key, message)

    def section(self, key: str) -> Section:
        """The table below a key; an empty one where there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            raise self.fault(key, "must be a table")
        return Section(f"{self.name}.{key}" if self.name else key, value)

    def text(self, key: str) -> str | None:
        """A text, None where there is none."""
        value = self.values.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self.fault(key, "must be a text in quotes")
        return value if isinstance(value, str) else None

    def needed(self, key: str) -> str:
        """A text that must be there."""
        found = self.text(key)
        if found is None:
            raise self.fault(key, "is missing")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one."""
        value = self.values.get(key, [])
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
            raise self.fault(key, "must be a text or a list of texts")
        return tuple(str(one) for one in given)

    def marks(self, key: str) -> frozenset[str]:
        """Values as a store may write them, compared as text: a list, or one."""
        value = self.values.get(key, [])
        given = value if isinstance(value, list) else [value]
        if any(isinstance(one, list | dict | float) for one in given):
            raise self.fault(key, "must be a list of numbers or texts")
        return frozenset(mark(one) for one in given)

    def amount(self, key: str, default: str) -> Decimal:
        """Decimal text above zero."""
        try:
            found = Decimal(self.text(key) or default)
        except InvalidOperation:
            found = Decimal(0)
        if not found > 0:
            raise self.fault(key, f'must be decimal text above zero, such as "{default}"')
        return found

    def seconds(self, key: str, default: float) -> float:
        """A number above zero."""
        value = self.values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 60:
            raise self.fault(key, "must be a number of seconds, at most 60")
        return float(value)

    def only(self, known: Iterable[str]) -> None:
        """Refuse a key that nobody reads: a misspelt one would silently leave a fact unknown."""
        allowed = tuple(known)
        for key in self.values:
            if key not in allowed:
                raise self.fault(key, f"is unknown; it is one of {', '.join(sorted(allowed))}")


def mark(value: object) -> str:
    """A value as marks are compared: `1`, `"1"` and `true` are what a store may write for the same."""
    return str(int(value)) if isinstance(value, bool) else str(value).strip()


@dataclass(frozen=True, slots=True)
class Statuses:
    """What a status of the store means.

    Attributes:
        states: the delivery state by the store's mark.
        paid: marks of orders that are paid, whose state follows from what was delivered.
        frozen: marks of orders that are held; None where the store's status does not say.
    """

    states: Mapping[str, DeliveryState]
    paid: frozenset[str]
    frozen: frozenset[str] | None

    def is_paid(self, status: str) -> bool | None:
        """Whether an order of that status is paid; unknown for one that the mapping does not list."""
        if status in self.paid:
            return True
        state = self.states.get(status)
        return None if state is None else state not in {"unpaid", "expired"}


def read_statuses(section: Section, place: str) -> Statuses:
    """`[orders.status]`: a list of the store's marks for each state, and `paid`, `frozen`."""
    section.only((place, "paid", "frozen", *STATES))
    states = {one: state for name, state in STATES.items() for one in section.marks(name)}
    paid = section.marks("paid")
    if not states and not paid:
        raise section.fault("paid", "is missing: say which statuses mean what")
    return Statuses(states, paid, section.marks("frozen") if "frozen" in section.values else None)


@dataclass(frozen=True, slots=True)
class Kinds:
    """How orders are delivered: always the same way, or as a place of the store says."""

    fixed: DeliveryKind | None
    place: str | None
    by_mark: Mapping[str, DeliveryKind]

    def of(self, value: object) -> DeliveryKind | None:
        """The kind of delivery for what stands at `place`; None for a mark that the mapping does not list."""
        return self.fixed if self.place is None else self.by_mark.get(mark(value))


def read_kinds(section: Section, place: str) -> Kinds:
    """`[orders.kind]`: `always = "auto"`, or the place and a list of marks for each kind."""
    section.only((place, "always", *KINDS))
    always = section.text("always")
    if always is not None and always not in KINDS:
        raise section.fault("always", f"must be one of {', '.join(KINDS)}")
    by_mark = {one: kind for name, kind in KINDS.items() for one in section.marks(name)}
    return Kinds(KINDS[always] if always else None, section.text(place), by_mark)


def state_of(
    statuses: Statuses, status: str, kind: DeliveryKind | None, delivered: int | None, quantity: int | None
) -> DeliveryState | None:
    """The state of a delivery. `delivered` is what was counted, None where nothing can be.

    A status that says delivered does not stand against a count that says fewer.
    """
    state = statuses.states.get(status)
    if state != "delivered" and status not in statuses.paid:
        return state
    if delivered is None or quantity is None:
        return state
    if delivered == 0:
        return None if state or kind is None else ("not_delivered" if kind == "auto" else "paid_pending")
    return "delivered" if delivered >= quantity else "partially_delivered"
