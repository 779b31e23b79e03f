"""requests to suppliers, complaints about their goods, and alerts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None


def _text(name: str, length: int | None = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, UtcTime(), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "supplier_requests", _text("shop"), _text("id"), _number("request_no"), _text("ticket"), _text("conversation"),
        _text("supplier", 200), sa.Column("goods", sa.JSON(), nullable=False), _text("question", None),
        _text("lang", 16), _text("asked_by", 200), _time("asked_at"), _time("due_at"), _text("state", 16),
        _time("opened_at", True), _time("answered_at", True), _text("answer", 16, True),
        _text("answer_text", None, True), sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_supplier_requests")),
        sa.UniqueConstraint("shop", "request_no", name=op.f("uq_supplier_requests_shop_request_no")),
    )  # fmt: skip
    op.create_index(op.f("ix_supplier_requests_shop_ticket"), "supplier_requests", ["shop", "ticket"])
    op.create_index(op.f("ix_supplier_requests_shop_state_due_at"), "supplier_requests", ["shop", "state", "due_at"])
    op.create_table(
        "supplied_lines", _text("shop"), _text("order_no", 200), _text("line", 200), _text("product", 200, True),
        _text("supplier", 200, True), _text("distributor", 200, True), _text("batch", 200, True), _time("seen_at"),
        _time("complained_at", True), _text("reason", 32, True),
        sa.PrimaryKeyConstraint("shop", "order_no", "line", name=op.f("pk_supplied_lines")),
    )  # fmt: skip
    op.create_index(op.f("ix_supplied_lines_shop_seen_at"), "supplied_lines", ["shop", "seen_at"])
    op.create_table(
        "supply_alerts", _text("shop"), _text("party", 16), _text("name", 200), _time("at"), _number("complaints"),
        _number("asked_about"),
        sa.PrimaryKeyConstraint("shop", "party", "name", "at", name=op.f("pk_supply_alerts")),
    )  # fmt: skip
