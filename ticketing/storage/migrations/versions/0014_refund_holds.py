"""what holds a refund's order, by name"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refunds", sa.Column("holds", PlainText(500), nullable=False, server_default=""))
    op.execute("UPDATE refunds SET holds = 'risk' WHERE held")
    op.drop_column("refunds", "held")
    op.create_index(
        op.f("ix_risk_reports_shop_order_no_at"), "risk_reports", ["shop", "order_no", "at"], unique=False
    )  # fmt: skip
