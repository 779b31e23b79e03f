"""what reports derived from conversations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_points", sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("made_for", PlainText(64), nullable=False), sa.Column("holds_after", UtcTime(), nullable=False),
        sa.Column("holds_before", UtcTime(), nullable=True), sa.Column("points", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "conversation", name=op.f("pk_report_points")),
    )  # fmt: skip
    for column in ("holds_after", "holds_before"):
        op.create_index(op.f(f"ix_report_points_shop_{column}"), "report_points", ["shop", column])
    op.create_table(
        "report_cursors", sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_report_cursors")),
    )  # fmt: skip
