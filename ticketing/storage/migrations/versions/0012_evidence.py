"""evidence of tickets"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText
from ticketing.storage.evidence_guard import guard

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _text(name: str, length: int | None = 64) -> sa.Column[str]:
    return sa.Column(name, PlainText(length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "evidence_entries", _text("shop"), _text("ticket"), sa.Column("n", sa.BigInteger(), nullable=False),
        _text("kind", 16), _text("source"), _text("subject", 300), _text("at", 40), _text("recorded_at", 40),
        _text("open", None), _text("commitments", None), _text("salt"), _text("previous"), _text("hash"),
        sa.PrimaryKeyConstraint("shop", "ticket", "n", name=op.f("pk_evidence_entries")),
    )  # fmt: skip
    op.create_table(
        "evidence_parts", _text("shop"), _text("ticket"), sa.Column("n", sa.BigInteger(), nullable=False),
        _text("name", 16), _text("salt"), _text("value", None),
        sa.PrimaryKeyConstraint("shop", "ticket", "n", "name", name=op.f("pk_evidence_parts")),
    )  # fmt: skip
    guard(op.get_bind().dialect.name, op.execute)
