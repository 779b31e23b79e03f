"""Queries about who serves this record: each worker's sign of life, the duties that one of them has, their secret.

A worker lives as long as its `beat` moves. Whoever watches counts by a clock of its own, so that no two machines'
clocks are ever compared; what a worker says of itself stands in its row and ends with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict

import sqlalchemy as sa

from ticketing.storage import sealed
from ticketing.storage.tables import duties, shared_secrets, workers
from ticketing.worker import LEFT, Seated, Worker


def beat(tx: sa.Connection, worker: Worker) -> None:
    """A sign of life, and what is true of the worker now; one whom others gave up begins anew."""
    values = {"at": worker.at, "seats": [asdict(one) for one in worker.seats], "turns": sorted(worker.turns)}
    values |= {"figures": dict(worker.figures)}
    mine = workers.c.id == worker.id
    if tx.execute(sa.update(workers).where(mine).values(beat=workers.c.beat + 1, **values)).rowcount != 1:
        tx.execute(sa.insert(workers).values(id=worker.id, beat=0, **values))


def all_of(tx: sa.Connection) -> tuple[Worker, ...]:
    """Every worker that was not forgotten."""
    return tuple(
        Worker(
            row.id, row.at, row.beat,
            tuple(Seated(**(one | {"viewing": tuple(one["viewing"])})) for one in row.seats), frozenset(row.turns),
            row.figures,
        )
        for row in tx.execute(sa.select(workers).order_by(workers.c.id))
    )  # fmt: skip


def leave(tx: sa.Connection, worker: str, turns: Iterable[str]) -> None:
    """One goes in order, and leaves answers to the others: its duties are free, its row tells what it left."""
    tx.execute(sa.delete(duties).where(duties.c.worker == worker))
    tx.execute(sa.update(workers).where(workers.c.id == worker).values(beat=LEFT, seats=[], turns=sorted(turns)))


def forget(tx: sa.Connection, ids: Collection[str]) -> None:
    """These have left, or are given up: their duties are free."""
    if ids:
        tx.execute(sa.delete(duties).where(duties.c.worker.in_(ids)))
        tx.execute(sa.delete(workers).where(workers.c.id.in_(ids)))


def take_duties(tx: sa.Connection, worker: str, names: Iterable[str]) -> frozenset[str]:
    """Those of the duties that the worker has from now on: the ones nobody has are taken."""
    known = {row.name: row.worker for row in tx.execute(sa.select(duties))}
    free = [name for name in names if name not in known]
    if free:
        tx.execute(sa.insert(duties), [{"name": name, "worker": worker} for name in free])
    return frozenset([*free, *(name for name, holder in known.items() if holder == worker)])


def holders(tx: sa.Connection) -> Mapping[str, str]:
    """Who has each duty."""
    return {row.name: row.worker for row in tx.execute(sa.select(duties))}


def shared_secret(tx: sa.Connection, name: str) -> str:
    """A secret of this record's, made when somebody first asks for it."""
    found: str | None = tx.execute(
        sa.select(shared_secrets.c.secret).where(shared_secrets.c.name == name)
    ).scalar_one_or_none()
    place = sealed.SHARED_SECRET.place(name)
    if found is not None:
        return sealed.opened(tx, place, found)
    made = secrets.token_urlsafe(32)
    tx.execute(sa.insert(shared_secrets).values(name=name, secret=sealed.seal(tx, place, made)))
    return made
