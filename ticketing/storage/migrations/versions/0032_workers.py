"""who serves this record, which duty each has, and the secret by which they know each other"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers", sa.Column("id", PlainText(64), nullable=False), sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False), sa.Column("seats", sa.JSON(), nullable=False),
        sa.Column("turns", sa.JSON(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
    )  # fmt: skip
    op.create_table(
        "duties", sa.Column("name", PlainText(64), nullable=False), sa.Column("worker", PlainText(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duties")),
    )  # fmt: skip
    op.create_table(
        "shared_secrets", sa.Column("name", PlainText(64), nullable=False),
        sa.Column("secret", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shared_secrets")),
    )  # fmt: skip
