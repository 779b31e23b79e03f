"""keys that were given out anew, by their fingerprints"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reissued_keys", sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("mark", PlainText(64), nullable=False), sa.Column("refund", PlainText(64), nullable=False),
        sa.Column("masked", PlainText(32), nullable=False), sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "mark", name=op.f("pk_reissued_keys")),
    )  # fmt: skip
    op.create_index(op.f("ix_reissued_keys_shop_refund"), "reissued_keys", ["shop", "refund"], unique=False)
