"""Which columns are kept sealed, and how they are written and read.

The ring hangs on the connection, where `open_engine` put it, so that no query has to be handed it. Without keys
everything is written in the clear, and what is in the clear is read as it is: a record may hold both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import sqlalchemy as sa

from ticketing.sealing import MARK, NAME, NO_KEYS, Place, Ring, is_sealed
from ticketing.storage.tables import commands, file_drafts, file_versions, shared_secrets, shop_files, shops, webhooks

RING = "field_keys"
Kind = Literal["text", "bytes", "json"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is kept sealed. What is `json` is sealed in some rows, at the will of those who write it."""

    column: sa.Column[Any]
    what: str
    kind: Kind = "text"

    @property
    def name(self) -> str:
        """As `table.column`."""
        return str(self.column)

    @property
    def table(self) -> sa.Table:
        """Where it is."""
        return self.column.table

    @property
    def keys(self) -> tuple[sa.Column[Any], ...]:
        """The table's key, the shop first where it has one."""
        return tuple(self.table.primary_key.columns)

    def place(self, shop: str, *key: object) -> Place:
        """Where one of its values stands; the key as the table has it, without the shop."""
        return Place(shop, self.name, tuple(map(str, key)))


SHOP_SECRET = Field(shops.c.secret, "what signs buyers' tokens, and keys the marks of claims")
WEBHOOK_SECRET = Field(webhooks.c.secret, "what signs webhooks")
WEBHOOK_OLD_SECRET = Field(webhooks.c.old_secret, "what signed them before, for a day")
SHARED_SECRET = Field(shared_secrets.c.secret, "by which the workers of one record know each other")
FILE = Field(
    shop_files.c.content,
    "a shop's files: `orders.csv` has contacts and proofs, `shop.toml` may name a store with its password",
    "bytes",
)
FILE_VERSION = Field(file_versions.c.content, "the same as they were before", "bytes")
FILE_DRAFT = Field(file_drafts.c.text, "the same before they are published")
OWED = Field(commands.c.owes, "what came with a message that is owed an answer, where a form came: proofs", "json")
FIELDS: tuple[Field, ...] = (
    SHOP_SECRET, WEBHOOK_SECRET, WEBHOOK_OLD_SECRET, SHARED_SECRET, FILE, FILE_VERSION, FILE_DRAFT, OWED,
)  # fmt: skip


def ring_of(tx: sa.Connection) -> Ring:
    """The keys of the record."""
    ring = tx.get_execution_options().get(RING, NO_KEYS)
    assert isinstance(ring, Ring)
    return ring


def seal(tx: sa.Connection, place: Place, value: str) -> str:
    """A text as it is to be kept."""
    sealed = ring_of(tx).seal(value.encode(), place)
    return value if sealed is None else sealed


def opened(tx: sa.Connection, place: Place, kept: str) -> str:
    """A text as it was. Raises FieldKeyMissing, FieldUnreadable."""
    return ring_of(tx).opened(kept, place).decode() if is_sealed(kept) else kept


def seal_bytes(tx: sa.Connection, place: Place, value: bytes) -> bytes:
    """A content as it is to be kept."""
    sealed = ring_of(tx).seal(value, place)
    return value if sealed is None else sealed.encode()


def opened_bytes(tx: sa.Connection, place: Place, kept: bytes) -> bytes:
    """A content as it was. Raises FieldKeyMissing, FieldUnreadable."""
    return ring_of(tx).opened(kept.decode(), place) if is_sealed(kept) else kept


def seal_json(tx: sa.Connection, place: Place, text: str) -> str:
    """A JSON text as it is to be kept: sealed, it is a JSON string."""
    sealed = ring_of(tx).seal(text.encode(), place)
    return text if sealed is None else msgspec.json.encode(sealed).decode()


def opened_json(tx: sa.Connection, place: Place, kept: Any) -> Any:
    """A value of a JSON column as it was. Raises FieldKeyMissing, FieldUnreadable."""
    sealed = isinstance(kept, str) and is_sealed(kept)
    return msgspec.json.decode(ring_of(tx).opened(kept, place)) if sealed else kept


def under_keys(tx: sa.Connection) -> Mapping[str, Counter[str]]:
    """How many values of each column stand under each key's name; under an empty name those in the clear."""
    found: dict[str, Counter[str]] = {}
    for field in FIELDS:
        begins, wanted = _begins(field, len(_written(field, MARK)))
        name = _begins(field, NAME, len(_written(field, MARK)) + 1)[0]
        key = sa.case(
            (begins == wanted(_written(field, MARK)), name), else_=wanted(b"" if field.kind == "bytes" else "")
        )
        query = sa.select(key, sa.func.count()).where(field.column.is_not(None)).group_by(key)
        found[field.name] = Counter({_text(name): int(count) for name, count in tx.execute(query)})
    return found


def renew(tx: sa.Connection, field: Field, limit: int, keyless: bool = False) -> int:
    """Seal up to `limit` values anew under the newest key; `keyless`, write those that are sealed in the clear.

    How many there were: who is stopped goes on where he was, since what is done is not found again.
    """
    newest = "" if keyless else ring_of(tx).names[0] + "."
    begins, wanted = _begins(field, len(_written(field, MARK + newest)))
    done = begins == wanted(_written(field, MARK + newest))
    due = [field.column.is_not(None), done if keyless else sa.not_(done)]
    if field.kind == "json":  # in the clear it has nothing to hide
        sealed, text = _begins(field, len(_written(field, MARK)))
        due.append(sealed == text(_written(field, MARK)))
    rows = tx.execute(sa.select(*field.keys, field.column).where(*due).order_by(*field.keys).limit(limit)).all()
    for row in rows:
        key: Sequence[Any] = row[:-1]
        value = _renewed(tx, field, field.place(*key), row[-1], keyless)
        its = [column == one for column, one in zip(field.keys, key, strict=True)]
        tx.execute(sa.update(field.table).where(*its).values({field.column: value}))
    return len(rows)


def _renewed(tx: sa.Connection, field: Field, place: Place, kept: Any, keyless: bool) -> Any:
    """A value as it is to be kept from now on, for SQLAlchemy to bind."""
    if field.kind == "bytes":
        content = opened_bytes(tx, place, kept.encode() if isinstance(kept, str) else bytes(kept))
        return content if keyless else seal_bytes(tx, place, content)
    if field.kind == "json":
        value = opened_json(tx, place, kept)
        return value if keyless else msgspec.json.decode(seal_json(tx, place, msgspec.json.encode(value).decode()))
    text = opened(tx, place, kept)
    return text if keyless else seal(tx, place, text)


def _written(field: Field, mark: str) -> str:
    """How a mark begins in the column itself."""
    return f'"{mark}' if field.kind == "json" else mark


def _begins(field: Field, length: int, at: int = 1) -> tuple[sa.ColumnElement[Any], Any]:
    """A piece of the column in the database, and what makes a text comparable to it."""
    if field.kind == "bytes":
        piece = sa.func.substr(field.column, at, length, type_=sa.LargeBinary)
        return piece, lambda text: sa.literal(text.encode() if isinstance(text, str) else text, sa.LargeBinary)
    column = sa.cast(field.column, sa.Text) if field.kind == "json" else field.column
    return sa.func.substr(column, at, length, type_=sa.Text), sa.literal


def _text(name: Any) -> str:
    return name if isinstance(name, str) else bytes(name).decode()


def sealed_table() -> str:
    """The sealed columns as a Markdown table, for the page about people's data."""
    lines = ["| where | what |", "|---|---|"]
    return "\n".join(lines + [f"| `{field.name}` | {field.what} |" for field in FIELDS]) + "\n"
