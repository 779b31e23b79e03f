"""when a ticket is followed up, who bought, and what was resolved when"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("follow_up_at", UtcTime(), nullable=True))
    op.create_index(op.f("ix_tickets_shop_resolved_at"), "tickets", ["shop", "resolved_at"])
    op.add_column("order_events", sa.Column("buyer", PlainText(200), nullable=True))
    op.create_index(op.f("ix_order_events_shop_buyer_occurred_at"), "order_events", ["shop", "buyer", "occurred_at"])
