"""claims, reports of risk, and tags of tickets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.alter_column("tags", server_default=None)
    op.create_table(
        "claims",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=False),
        sa.Column("product", PlainText(200), nullable=False),
        sa.Column("reason", PlainText(32), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("owner", PlainText(200), nullable=False),
        sa.Column("contact", PlainText(64), nullable=True),
        sa.Column("account", PlainText(64), nullable=True),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("refunded_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_claims")),
    )
    for columns in (("order_no",), ("owner", "at"), ("contact", "at"), ("account", "at"), ("product", "at"), ("at",)):
        op.create_index(op.f(f"ix_claims_shop_{'_'.join(columns)}"), "claims", ["shop", *columns], unique=False)
    op.create_table(
        "claim_keys",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("mark", PlainText(64), nullable=False),
        sa.Column("claim", PlainText(64), nullable=False),
        sa.PrimaryKeyConstraint("shop", "mark", "claim", name=op.f("pk_claim_keys")),
    )
    op.create_index(op.f("ix_claim_keys_shop_claim"), "claim_keys", ["shop", "claim"], unique=False)
    op.create_table(
        "risk_reports",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=False),
        sa.Column("decision", PlainText(64), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_risk_reports")),
    )
    with op.batch_alter_table("risk_reports", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_risk_reports_shop_conversation_at"), ["shop", "conversation", "at"], unique=False
        )
