"""publications"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", PlainText(200), nullable=False),
        sa.Column("via", PlainText(16), nullable=False),
        sa.Column("note", PlainText(), nullable=False),
        sa.Column("digest", PlainText(64), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "n", name=op.f("pk_publications")),
    )
