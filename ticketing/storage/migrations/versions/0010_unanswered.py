"""questions that were not answered"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unanswered",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("message", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("lang", PlainText(16), nullable=False),
        sa.Column("kind", PlainText(16), nullable=False),
        sa.Column("text", PlainText(), nullable=False),
        sa.Column("dismissed_at", UtcTime(), nullable=True),
        sa.Column("dismissed_by", PlainText(64), nullable=True),
        sa.PrimaryKeyConstraint("shop", "message", name=op.f("pk_unanswered")),
    )
    op.create_index(op.f("ix_unanswered_shop_at"), "unanswered", ["shop", "at"], unique=False)
