"""decisions in the order of their time, for replay"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_decisions_shop_at_id"), "decisions", ["shop", "at", "id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_decisions_shop_at_id"), table_name="decisions")
