"""Draft cases of evaluation out of a shop's resolved tickets: what its buyers wrote, redacted, and what came of it.

A draft says what happened, not what should: whoever keeps it looks at it first. Names and postal addresses are taken
out only where something announces them; any other stays in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from support.assistant.redact import redacted
from ticketing.storage.tables import conversations, messages, tickets

MOST_TURNS = 6
HEAD = (
    "# Drafts from resolved tickets: look at each one, correct what to `expect`, and delete what says nothing.\n"
    "# Keys, numbers, addresses and the names that something announces were taken out: look for others.\n"
    "# Put test orders of your own into `slots`.\n"
)


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """A resolved ticket as a case: what the buyer said until it was opened, and its reason."""

    number: int
    lang: str
    said: tuple[str, ...]
    reason: str
    resolution: str

    def as_yaml(self) -> str:
        """The case as a file of cases has it."""
        turns = "".join(f"    - say: {_quoted(text)}\n" for text in self.said)
        return (
            f"\n# T-{self.number}, resolved: {self.resolution or 'without words'}\n"
            f"- id: ticket-{self.number}\n  lang: {self.lang}\n  turns:\n{turns}"
            f"      expect: {{ticket: {{reason: {self.reason}}}}}\n"
        )


def drafts(tx: sa.Connection, shop: str, limit: int) -> Iterator[CaseDraft]:
    """The newest resolved tickets as cases, at most `limit`."""
    query = (
        sa.select(tickets, conversations.c.lang)
        .join(conversations, (conversations.c.shop == tickets.c.shop) & (conversations.c.id == tickets.c.conversation))
        .where(tickets.c.shop == shop, tickets.c.resolved_at.is_not(None))
        .order_by(tickets.c.resolved_at.desc())
        .limit(limit)
    )
    for ticket in tx.execute(query).all():
        said = sa.select(messages.c.text).where(
            messages.c.shop == shop, messages.c.conversation == ticket.conversation,
            messages.c.author_kind == "buyer", messages.c.at <= ticket.created_at,
        )  # fmt: skip
        texts = tx.execute(said.order_by(messages.c.seq.desc()).limit(MOST_TURNS)).scalars().all()
        told = tuple(text for text in (redacted(one).strip() for one in reversed(texts)) if text)
        if told:
            lang = "zh-CN" if ticket.lang.startswith("zh") else "en"
            yield CaseDraft(ticket.ticket_no, lang, told, ticket.reason, redacted(ticket.resolution or "")[:200])


def _quoted(text: str) -> str:
    """A text of YAML on one line: JSON's quotes are YAML's."""
    return json.dumps(text, ensure_ascii=False)
