"""keys by which other systems are let in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def _text(name: str, length: int = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcTime(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "api_keys", _text("shop"), _text("id"), _text("name", 200), sa.Column("scopes", sa.JSON(), nullable=False),
        _text("sha256"), _text("old_sha256", nullable=True), _time("old_until", nullable=True), _time("created_at"),
        _text("created_by", 200), _time("expires_at", nullable=True), _time("last_used_at", nullable=True),
        _time("revoked_at", nullable=True), sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_api_keys")),
    )  # fmt: skip
