"""Evidence as things happen: what an event brought is added to the chains of its conversation's tickets.

What is owed is a cursor into the shop's events. It moves in the transaction of the last link, and links that stand are
not added again: whoever stops on the way begins there anew, and nothing is missing or doubled. The words by which
tickets are found, and what reports derive, are kept up beside it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog

from support.service.duties import EVIDENCE
from support.service.evidence import new_items, order_items
from support.service.find_tickets import write_words
from support.service.reports import catch_up
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from ticketing.errors import RecordUnavailable
from ticketing.evidence import Item
from ticketing.storage import evidence, shops, tickets
from ticketing.storage.journal import Journal

EVERY_SECONDS = 2.0
REPORTS_EVERY = timedelta(minutes=1)
"""What reports derive of a conversation is derived anew from all of it: seldom is enough, for a report reads what has
happened since from the events themselves."""
AT_ONCE = 200
"""Events that are looked at in one go."""
ASKS_STORE = frozenset({"ticket", "order", "decision"})
"""After events of these types the store is asked what it shows of the order."""
log = structlog.get_logger()


def collect_new(journal: Journal, loaded: LoadedShop, at: datetime) -> int:
    """Collect from a shop's next events; how many those were, 0 where nothing is owed. Blocks for the store."""
    begun, to, touched = journal.read_now(lambda tx: evidence.due(tx, loaded.id, AT_ONCE))
    if begun == to:
        return 0
    found = [(ticket, _items(journal, loaded, ticket, kinds, at)) for ticket, kinds in touched]
    journal.write_now(lambda tx: _add(tx, loaded.id, found, (begun, to), at))
    return to - begun


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


@dataclass
class Collector:
    """Looks after every shop. Where nothing happened since `_seen`, the event up to which all was collected, nothing is
    read."""

    runtime: Runtime
    _seen: dict[str, int] = field(default_factory=dict)
    _reported: datetime | None = None

    def look(self) -> None:
        """Collect once; a shop whose evidence cannot be collected is said and left."""
        runtime, now = self.runtime, self.runtime.clock()
        newest = runtime.journal.read_now(shops.cursors)
        reports_due = self._reported is None or now - self._reported >= REPORTS_EVERY
        for loaded in runtime.shops.all():
            try:
                n = newest.get(loaded.id, 0)
                if self._seen.get(loaded.id) != n and not self._collected(loaded, now):
                    self._seen[loaded.id] = n
                if reports_due:
                    catch_up(runtime.journal, loaded.folder, now)
            except RecordUnavailable:
                raise
            except Exception as error:
                log.exception("evidence not collected", shop=loaded.id, error=type(error).__name__)
        if reports_due:
            self._reported = now

    def _collected(self, loaded: LoadedShop, now: datetime) -> int:
        return collect_new(self.runtime.journal, loaded, now) + write_words(self.runtime.journal, loaded.id)


async def keep_collecting(runtime: Runtime) -> None:
    """Look every two seconds, for ever."""
    collector = Collector(runtime)
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            if runtime.on_duty(EVIDENCE):
                await asyncio.to_thread(collector.look)
        except RecordUnavailable:
            pass  # which whoever keeps house says
        except Exception as error:
            log.exception("collecting broken off", error=type(error).__name__)
