"""addresses that are told what happens in a shop"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _text(name: str, length: int | None = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length) if length else PlainText(), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcTime(), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "webhooks", _text("shop"), _text("id"), _text("url", 500), sa.Column("kinds", sa.JSON(), nullable=False),
        _text("secret", 128), _text("old_secret", 128, nullable=True), _time("old_until", nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False), _number("cursor"), _time("created_at"),
        _text("created_by", 200), sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_webhooks")),
    )  # fmt: skip
    op.create_table(
        "webhook_deliveries", _text("shop"), _text("id", 100), _text("webhook"), _text("kind", 32), _text("body", None),
        _text("state", 16), _number("tries"), _time("next_at", nullable=True), _time("created_at"),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_webhook_deliveries")),
    )  # fmt: skip
    for columns in (["shop", "webhook", "created_at"], ["shop", "next_at"]):
        name = op.f(f"ix_webhook_deliveries_{'_'.join(columns)}")
        op.create_index(name, "webhook_deliveries", columns)
    op.create_table(
        "webhook_attempts", _text("shop"), _text("delivery", 100), _number("n"), _time("at"),
        _number("status", nullable=True), _number("ms"), _text("trouble", 200, nullable=True),
        sa.PrimaryKeyConstraint("shop", "delivery", "n", name=op.f("pk_webhook_attempts")),
    )  # fmt: skip
