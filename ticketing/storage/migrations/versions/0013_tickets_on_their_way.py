"""tickets that wait for others, rest, and are merged; what they are linked with"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(name: str, length: int = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, UtcTime(), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(_text("team", nullable=True))
        batch_op.add_column(_time("snoozed_until", nullable=True))
        batch_op.add_column(_time("waiting_since", nullable=True))
        batch_op.add_column(_text("merged_into", nullable=True))
        batch_op.add_column(sa.Column("reopened", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.alter_column("reopened", server_default=None)
    op.create_index(op.f("ix_tickets_shop_order_no"), "tickets", ["shop", "order_no"], unique=False)
    op.create_table(
        "ticket_links", _text("shop"), _text("ticket"), _text("kind", 16), _text("value", 200), _time("at"),
        _text("by", 200), sa.PrimaryKeyConstraint("shop", "ticket", "kind", "value", name=op.f("pk_ticket_links")),
    )  # fmt: skip
    op.create_index(op.f("ix_ticket_links_shop_kind_value"), "ticket_links", ["shop", "kind", "value"], unique=False)
    op.create_table(
        "ticket_merges", _text("shop"), _text("id"), _text("kind", 16), _text("ticket"), _text("other"), _time("at"),
        _text("by", 200), sa.Column("before", sa.JSON(), nullable=False), _time("undone_at", nullable=True),
        _text("undone_by", 200, nullable=True), sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_ticket_merges")),
    )  # fmt: skip
    for column in ("ticket", "other"):
        op.create_index(op.f(f"ix_ticket_merges_shop_{column}"), "ticket_merges", ["shop", column], unique=False)
