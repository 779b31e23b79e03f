"""deadlines of tickets that are swept: each fires once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import UtcTime

revision = "0016"
down_revision = "0018"
branch_labels = None
depends_on = None

LEGAL = 15 * 24 * 60 * 60 * 1_000_000


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name in ("evidence_by", "remind_at", "legal_by", "next_at"):
            batch_op.add_column(sa.Column(name, UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("fired", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.alter_column("fired", server_default=None)
    op.create_index(op.f("ix_tickets_shop_next_at"), "tickets", ["shop", "next_at"], unique=False)
    op.execute(
        f"UPDATE tickets SET legal_by = created_at + {LEGAL}, next_at = created_at"  # noqa: S608  # a figure of ours
        " WHERE state NOT IN ('resolved', 'closed')"
    )
