"""by which words tickets are found, and an index that their list is read from"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

LISTED = (
    "shop", "ticket_no", "state", "assignee", "team", "queue", "priority", "reason", "created_at", "order_no",
    "conversation",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "ticket_word_cursors", sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False), sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_ticket_word_cursors")),
        sa.UniqueConstraint("place", name=op.f("uq_ticket_word_cursors_place")),
    )  # fmt: skip
    op.create_index("ix_tickets_listed", "tickets", list(LISTED))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE ticket_words USING fts5(words, tokenize='ascii', detail=none, columnsize=0)")
        return
    op.execute(
        'CREATE TABLE ticket_words (shop text COLLATE "C" NOT NULL, ticket_no bigint NOT NULL, words tsvector NOT NULL,'
        " CONSTRAINT pk_ticket_words PRIMARY KEY (shop, ticket_no))"
    )
    op.execute("CREATE INDEX ix_ticket_words_words ON ticket_words USING gin (words)")
