"""Evidence as things happen: what an event brought is added to the chains of its conversation's tickets.

What is owed is a cursor into the shop's events. It moves in the transaction of the last link, and links that stand are
not added again: whoever stops on the way begins there anew, and nothing is missing or doubled.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

import sqlalchemy as sa
import structlog

from support.service.evidence import new_items, order_items
from support.service.find_tickets import write_words
from support.service.reports import catch_up
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from ticketing.evidence import Item
from ticketing.storage import evidence, tickets
from ticketing.storage.journal import Journal

EVERY_SECONDS = 2.0
AT_ONCE = 200
"""Events that are looked at in one go."""
ASKS_STORE = frozenset({"ticket", "order", "decision"})
"""After events of these types the store is asked what it shows of the order."""
log = structlog.get_logger()


def collect_new(journal: Journal, loaded: LoadedShop, at: datetime) -> int:
    """Collect from a shop's next events; how many tickets' chains were looked at. Blocks for the store."""
    begun, to, touched = journal.read_now(lambda tx: evidence.due(tx, loaded.id, AT_ONCE))
    if begun == to:
        return 0
    found = [(ticket, _items(journal, loaded, ticket, kinds, at)) for ticket, kinds in touched]
    journal.write_now(lambda tx: _add(tx, loaded.id, found, (begun, to), at))
    return len(found)


def _items(journal: Journal, loaded: LoadedShop, key: str, kinds: frozenset[str], at: datetime) -> list[Item]:
    ticket = journal.read_now(lambda tx: tickets.get(tx, loaded.id, key))
    items = journal.read_now(lambda tx: new_items(tx, loaded, ticket))
    return items + (order_items(loaded, ticket, at) if kinds & ASKS_STORE else [])


def _add(
    tx: sa.Connection, shop: str, found: list[tuple[str, list[Item]]], events: tuple[int, int], at: datetime
) -> None:
    for ticket, items in found:
        evidence.append(tx, shop, ticket, items, at)
    evidence.collected(tx, shop, *events)


def collect_all(runtime: Runtime) -> int:
    """The same for every shop; one whose evidence cannot be collected is said and left."""
    done = 0
    for loaded in runtime.shops.all():
        try:
            done += collect_new(runtime.journal, loaded, runtime.clock())
            catch_up(runtime.journal, loaded.folder, runtime.clock())
            write_words(runtime.journal, loaded.id)
        except Exception as error:
            log.exception("evidence not collected", shop=loaded.id, error=type(error).__name__)
    return done


async def keep_collecting(runtime: Runtime) -> None:
    """Look every two seconds, for ever."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await asyncio.to_thread(collect_all, runtime)
        except Exception as error:
            log.exception("collecting broken off", error=type(error).__name__)
