"""Every word of the assistant's says that a machine made it, in the record and in what is sent; nobody else's does."""

from __future__ import annotations

import sqlalchemy as sa

from tests.support.web.desk_app import Desk
from ticketing.storage.tables import events, messages

OURS = {"rules", "model"}


def test_what_is_generated_says_so_wherever_it_is(desk: Desk) -> None:
    def read(tx: sa.Connection) -> tuple[set[tuple[str, str]], list[dict[str, object]]]:
        query = sa.select(messages.c.author_kind, messages.c.generated_by).distinct()
        sent = sa.select(events.c.body).where(events.c.type.in_(("done", "message", "suggest")))
        return {(row[0], row[1]) for row in tx.execute(query)}, list(tx.execute(sent).scalars())

    kept, sent = desk.application.journal.read_now(read)
    assert {by for kind, by in kept if kind == "assistant"} <= OURS
    assert {by for kind, by in kept if kind in {"buyer", "agent"}} == {"human"}
    assert len(sent) > 50
    for body in sent:
        message = body.get("message", body)
        assert isinstance(message, dict)
        author = message.get("author", {"kind": "assistant"})["kind"]
        assert (message["generated_by"] in OURS) == (author in {"assistant", "system"}), message
