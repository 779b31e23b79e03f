"""refunds, what was paid for order lines, and the trail of changes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import Money, PlainText, UtcTime
from ticketing.storage.refund_guard import guard

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def _text(name: str, length: int = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, UtcTime(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "refund_lines", _text("shop"), _text("order_no", 200), _text("line", 200), _text("currency", 3),
        sa.Column("paid", Money(), nullable=False), sa.Column("held", Money(), nullable=False, server_default="0"),
        sa.CheckConstraint("held >= 0 AND held <= paid", name="ck_refund_lines_within_paid"),
        sa.PrimaryKeyConstraint("shop", "order_no", "line", name=op.f("pk_refund_lines")),
    )  # fmt: skip
    op.create_table(
        "refunds", _text("shop"), _text("id"), _number("refund_no"), _text("key", 200), _text("kind", 16),
        _text("order_no", 200), _text("line", 200), sa.Column("amount", Money(), nullable=False),
        sa.Column("excess", Money(), nullable=False), _number("quantity"), _text("currency", 3), _text("state", 16),
        _number("rev"), _text("executor", 32), _text("requested_by", 200), _text("reason", 500),
        _text("decision", nullable=True), _text("conversation", nullable=True), _text("message", nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False), _time("created_at"), _time("changed_at"),
        _text("approved_by", 200, nullable=True), _time("approved_at", nullable=True),
        _text("executed_by", 200, nullable=True), _time("deadline", nullable=True), _time("ask_at", nullable=True),
        _number("asked"), _text("reference", 500, nullable=True),
        sa.CheckConstraint("amount >= 0 AND excess >= 0", name="ck_refunds_amount"),
        sa.ForeignKeyConstraint(
            ["shop", "order_no", "line"], ["refund_lines.shop", "refund_lines.order_no", "refund_lines.line"],
            name="fk_refunds_line",
        ),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_refunds")),
        sa.UniqueConstraint("shop", "key", name=op.f("uq_refunds_shop_key")),
        sa.UniqueConstraint("shop", "refund_no", name=op.f("uq_refunds_shop_refund_no")),
    )  # fmt: skip
    for columns in (("order_no",), ("state", "changed_at"), ("approved_by", "approved_at"), ("conversation",)):
        op.create_index(op.f(f"ix_refunds_shop_{'_'.join(columns)}"), "refunds", ["shop", *columns], unique=False)
    op.create_table(
        "refund_changes", _text("shop"), _text("refund"), _number("n"), _time("at"), _text("was", 16, nullable=True),
        _text("state", 16), _text("actor", 200), _text("cause", 500), _text("reference", 500, nullable=True),
        sa.PrimaryKeyConstraint("shop", "refund", "n", name=op.f("pk_refund_changes")),
    )  # fmt: skip
    guard(op.get_bind().dialect.name, op.execute)
