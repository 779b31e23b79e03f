"""Finding tickets: the index of words is brought up to date first, so that what was just said is found too."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import sqlalchemy as sa
import structlog

from support.service.desk_queue import reader
from support.service.shops import LoadedShop
from support.service.ticket_words import excerpt, wanted, words_of
from ticketing.agent import Agent
from ticketing.errors import RecordUnavailable
from ticketing.storage import ticket_list, ticket_words
from ticketing.storage.journal import Journal
from ticketing.storage.ticket_list import Filters

Json = dict[str, Any]
AT_ONCE = 5_000
"""Events whose tickets' words are written in one transaction: they are read and cut before, outside of it."""
MOST_ROWS = 200
EXCERPT = 120
log = structlog.get_logger()


def write_words(journal: Journal, shop: str) -> int:
    """Write the words of the tickets of the next events; how many events that were, 0 where nothing is owed."""
    begun, to, sources = journal.read_now(lambda tx: ticket_words.due(tx, shop, AT_ONCE))
    if begun == to:
        return 0
    words = {source.ticket_no: words_of(source) for source in sources}
    journal.write_now(partial(ticket_words.keep, shop=shop, begun=begun, to=to, words=words))
    return to - begun


def write_all_words(journal: Journal, shop: str, tell: Callable[[int, int], None] = lambda done, total: None) -> None:
    """The same until nothing is owed; `tell` hears how many events are done, and of how many."""
    total, done = journal.read_now(lambda tx: ticket_words.behind(tx, shop)), 0
    while some := write_words(journal, shop):
        done += some
        tell(min(done, total), total)


def filters(query: str, **given: Any) -> Filters | None:
    """What is asked for; None where nothing can be found, for the query holds no letter and no digit."""
    words = wanted(query)
    return None if query.strip() and not words else Filters(words=words, **given)


def find_tickets(
    journal: Journal, loaded: LoadedShop, agent: Agent | None, asked: Filters | None, query: str, limit: int,
    after: str | None, lang: str = "",
) -> Json:  # fmt: skip
    """A page of tickets, the newest first: `rows` as in the queue, `next`, and `behind`, how many events no word was
    taken of yet, which is more than 0 only while a large record is read for the first time. Where words were looked
    for, `found` of a row is the message in which they stand. Raises BadCursor."""
    if asked is None:
        return {"rows": [], "next": None, "behind": 0}
    if asked.words and after is None:
        bring_up(journal, loaded.id)

    def look(tx: sa.Connection) -> Json:
        show = reader(tx, loaded, agent, lang)
        page = ticket_list.page(tx, loaded.id, asked, limit, after)
        said = ticket_list.last_said(tx, loaded.id, [row.conversation.id for row in page.rows]) if asked.words else {}
        rows = [show.row(row) | {"found": _found(said.get(row.conversation.id, []), query)} for row in page.rows]
        behind = ticket_words.behind(tx, loaded.id, AT_ONCE) if asked.words else 0
        return {"rows": rows, "next": page.next, "behind": behind}

    return journal.read_now(look)


def bring_up(journal: Journal, shop: str) -> None:
    """Let what was just said be found; where the disk is full, what was written before is."""
    try:
        write_words(journal, shop)
    except RecordUnavailable as error:  # what was written before is found all the same, and `behind` tells
        log.warning("words of tickets not written", shop=shop, reason=str(error))


def _found(said: list[tuple[int, str]], query: str) -> Json | None:
    piece = excerpt((text for _, text in said), query, EXCERPT)
    return None if piece is None else {"seq": said[piece[0]][0], "text": piece[1]}
