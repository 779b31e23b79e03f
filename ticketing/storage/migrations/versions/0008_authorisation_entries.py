"""authorisation entries"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "authorisation_entries",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("begun", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("kind", PlainText(16), nullable=False),
        sa.Column("cells", PlainText(), nullable=False),
        sa.Column("previous", PlainText(64), nullable=False),
        sa.Column("hash", PlainText(64), nullable=False),
        sa.PrimaryKeyConstraint("shop", "n", name=op.f("pk_authorisation_entries")),
    )
    with op.batch_alter_table("authorisation_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_authorisation_entries_shop_begun_n"), ["shop", "begun", "n"], unique=False)
