"""what is written of a shop's files at the desk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0023"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_versions", sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False), sa.Column("path", PlainText(512), nullable=False),
        sa.Column("at", UtcTime(), nullable=False), sa.Column("by", PlainText(200), nullable=False),
        sa.Column("via", PlainText(16), nullable=False), sa.Column("note", PlainText(), nullable=False),
        sa.Column("sha256", PlainText(64), nullable=True), sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "n", name=op.f("pk_file_versions")),
    )  # fmt: skip
    op.create_index(op.f("ix_file_versions_shop_path_n"), "file_versions", ["shop", "path", "n"])
    op.create_table(
        "file_drafts", sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("path", PlainText(512), nullable=False), sa.Column("at", UtcTime(), nullable=False),
        sa.Column("by", PlainText(200), nullable=False), sa.Column("base", PlainText(64), nullable=True),
        sa.Column("text", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "path", name=op.f("pk_file_drafts")),
    )  # fmt: skip
