"""What buyers' messages ask of the record before they are kept, looked up for a whole group at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from ticketing.storage.prepared import Prepared
from ticketing.storage.spool import Look
from ticketing.storage.tables import commands, conversations
from ticketing.storage.talk import IS_UNDER_WAY

MOST_AT_ONCE = 64
_PLACES = [f"p{place}" for place in range(MOST_AT_ONCE)]


def _those(column: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return column.in_([sa.bindparam(place, type_=column.type) for place in _PLACES])


_SEQS = Prepared(sa.select(conversations.c.id, conversations.c.owner, conversations.c.seq).where(
    conversations.c.shop == sa.bindparam("which"), _those(conversations.c.id), IS_UNDER_WAY,
))  # fmt: skip
_CARRIED_OUT = Prepared(sa.select(commands.c.client_id, commands.c.sender).where(
    commands.c.shop == sa.bindparam("which"), _those(commands.c.client_id),
))  # fmt: skip
WORTH_A_LOOK = 4
"""Of so many of a shop, one look for all is cheaper than one for each."""


def look_ahead(tx: sa.Connection, looks: Iterable[Look]) -> dict[Look, int]:
    """`append_if_new`'s look for many at once: the conversation's `seq`, of those looks that find nothing amiss.

    Of shops with few none is answered: whoever asks for one looks by itself.
    """
    by_shop: defaultdict[str, list[Look]] = defaultdict(list)
    for look in looks:
        by_shop[look[0]].append(look)
    return {
        look: seq
        for shop, some in by_shop.items() if len(some) >= WORTH_A_LOOK
        for look, seq in _looked(tx, shop, some)
    }  # fmt: skip


def _looked(tx: sa.Connection, shop: str, looks: list[Look]) -> Iterator[tuple[Look, int]]:
    chats = _found(tx, _SEQS, shop, list({conversation for _, _, _, conversation in looks}))
    found = {chat: (owner, seq) for chat, owner, seq in chats}
    done = set(_found(tx, _CARRIED_OUT, shop, [client_id for _, _, client_id, _ in looks]))
    for look in looks:
        _, owner, client_id, conversation = look
        whose, seq = found.get(conversation, ("", 0))
        if whose == owner and (client_id, owner) not in done:
            yield look, seq


def _found(tx: sa.Connection, statement: Prepared, shop: str, those: list[str]) -> list[tuple[Any, ...]]:
    """What a statement finds of them, so many at once; the last stands for those that are missing to that."""
    rows: list[tuple[Any, ...]] = []
    for first in range(0, len(those), MOST_AT_ONCE):
        some = those[first : first + MOST_AT_ONCE]
        some += some[-1:] * (MOST_AT_ONCE - len(some))
        rows += statement.run(tx, {"which": shop, **dict(zip(_PLACES, some, strict=True))}).fetchall()
    return rows
