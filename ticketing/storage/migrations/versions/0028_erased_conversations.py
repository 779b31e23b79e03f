"""since when a conversation is without words, by which the next one to be erased is found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import UtcTime

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("erased_at", UtcTime(), nullable=True))
    op.create_index(
        op.f("ix_conversations_shop_erased_at_updated_at"), "conversations", ["shop", "erased_at", "updated_at"]
    )
