"""order events, and which conversations are about which order"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LINK_THE_OLD = """
INSERT INTO conversation_orders (shop, order_no, conversation, proved)
SELECT shop, upper(order_no), conversation, {yes} FROM tickets WHERE order_no IS NOT NULL
UNION
SELECT shop, upper(order_no), conversation, {yes} FROM decisions WHERE order_no IS NOT NULL
"""
"""A ticket and a decision name an order only after its buyer had opened it."""


def upgrade() -> None:
    op.create_table(
        "order_events",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(100), nullable=False),
        sa.Column("sha256", PlainText(64), nullable=False),
        sa.Column("kind", PlainText(16), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=False),
        sa.Column("occurred_at", UtcTime(), nullable=False),
        sa.Column("received_at", UtcTime(), nullable=False),
        sa.Column("amount", PlainText(40), nullable=True),
        sa.Column("currency", PlainText(3), nullable=True),
        sa.Column("frozen", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_order_events")),
    )
    op.create_table(
        "conversation_orders",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("proved", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "order_no", "conversation", name=op.f("pk_conversation_orders")),
    )
    with op.batch_alter_table("order_events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_events_shop_order_no"), ["shop", "order_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_events_shop_received_at"), ["shop", "received_at"], unique=False)
    yes = "true" if op.get_bind().dialect.name == "postgresql" else "1"
    op.execute(LINK_THE_OLD.format(yes=yes))
