"""what people said to decisions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _text(name: str, length: int = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "decision_reviews", _text("shop"), _text("decision"), _text("ticket"), _text("conversation"),
        _text("order_no", 200, True), _text("said", 16), _text("verdict", 16), _text("clause", 200), _text("gave", 16),
        _text("refund", nullable=True), _text("reason", 500), _text("agent"),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "decision", name=op.f("pk_decision_reviews")),
    )  # fmt: skip
    for column in ("at", "conversation", "refund"):
        op.create_index(op.f(f"ix_decision_reviews_shop_{column}"), "decision_reviews", ["shop", column])
