"""
TicketingError
├── NotFound            no such row for this shop, or it belongs to somebody else
├── Conflict            the row changed since it was read; carries its present value
├── IllegalTransition   a state machine was asked for a move it does not have
├── IdReused            a client id came again with another body
├── UnfitDatabase       a database that could not hold a record
├── SealError           a sealed field that cannot be opened
│   ├── BadFieldKey         what was given is no key
│   ├── FieldKeyMissing     it was sealed with a key that was not given
│   └── FieldUnreadable     it was altered, or carried here from another place
└── RecordUnavailable   the database cannot be read or written now
"""

from __future__ import annotations


class TicketingError(Exception):
    """Anything the record refuses."""


class NotFound(TicketingError):
    """Missing and foreign rows are told apart by nobody."""

    def __init__(self, kind: str, key: str) -> None:
        super().__init__(f"no {kind} {key!r}")
        self.kind, self.key = kind, key


class Conflict(TicketingError):
    """`current` is what stands now."""

    def __init__(self, current: object) -> None:
        super().__init__("the row has changed: read it again")
        self.current = current


class IllegalTransition(TicketingError):
    """Says what was tried, from where, and what was expected."""

    def __init__(self, machine: str, state: str, move: str, expected: tuple[str, ...]) -> None:
        allowed = ", ".join(expected) or "none"
        super().__init__(f"{machine} cannot go from {state!r} to {move!r}; possible: {allowed}")
        self.machine, self.state, self.move, self.expected = machine, state, move, expected


class IdReused(TicketingError):
    """The same client id may only repeat the same body."""

    def __init__(self, client_id: str) -> None:
        super().__init__(f"id {client_id!r} was used for something else")
        self.client_id = client_id


class UnfitDatabase(TicketingError):
    """Says what it lacks."""


class SealError(TicketingError):
    """A sealed field cannot be opened. Nothing is lost: it opens once what is said is mended."""


class BadFieldKey(SealError):
    """Does not tell what was given."""

    def __init__(self) -> None:
        super().__init__("a field key is 44 characters, as `anxin seal new-key` prints them: one given is not")


class FieldKeyMissing(SealError):
    """`key` is the name of the key, which is no secret."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"fields of this record are sealed with key {key}, which is not among the keys given: add it to"
            " ANXIN_FIELD_KEYS or to the file of ANXIN_FIELD_KEYS_FILE; nothing is lost until it is lost"
        )
        self.key = key


class FieldUnreadable(SealError):
    """Says where it stands, not what does."""

    def __init__(self, shop: str, column: str, row: str) -> None:
        super().__init__(
            f"{column} of {row!r} in shop {shop!r} does not open: it was altered, or carried there from another row;"
            " take that row from a backup"
        )


class RecordUnavailable(TicketingError):
    """Nothing was kept; the same may be tried again, once the disk has room or the database answers."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the record is unavailable ({reason}): look at the disk's room and health, then try again")
        self.reason = reason
