"""uploads"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "uploads",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("owner", PlainText(200), nullable=False),
        sa.Column("client_id", PlainText(64), nullable=False),
        sa.Column("name", PlainText(200), nullable=False),
        sa.Column("media_type", PlainText(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("sha256", PlainText(64), nullable=False),
        sa.Column("given_sha256", PlainText(64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=True),
        sa.Column("said_at", UtcTime(), nullable=True),
        sa.Column("gone_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_uploads")),
        sa.UniqueConstraint("shop", "owner", "client_id", name=op.f("uq_uploads_shop_owner_client_id")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_shop_created_at"), ["shop", "created_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_uploads_shop_owner_created_at"), ["shop", "owner", "created_at"], unique=False
        )
