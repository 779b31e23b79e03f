"""requests about people's data, what is held, and who looked at whose"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def _text(name: str, length: int | None = 64, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, PlainText(length) if length else PlainText(), nullable=nullable)


def _time(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, UtcTime(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "legal_holds", _text("shop"), _text("id"), _text("kind", 16), _text("subject", 200), _text("reason", 500),
        _text("by", 200), _time("at"), _time("until", nullable=True), _time("lifted_at", nullable=True),
        _text("lifted_by", 200, nullable=True), sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_legal_holds")),
    )  # fmt: skip
    op.create_table(
        "privacy_requests", _text("shop"), _text("id"), sa.Column("request_no", sa.BigInteger(), nullable=False),
        _text("kind", 16), _text("person", 200), _text("asked_by", 16), _text("identity", 16), _text("note", None),
        _text("via", 200), _time("received_at"), _time("due_at"), _text("state", 16), _time("ended_at", nullable=True),
        _text("ended_by", 200, nullable=True), _text("answer", None), sa.Column("outcome", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_privacy_requests")),
        sa.UniqueConstraint("shop", "request_no", name=op.f("uq_privacy_requests_shop_request_no")),
    )  # fmt: skip
    op.create_table(
        "access_log", _text("shop"), _text("id"), _time("at"), _text("agent"), _text("agent_name", 200),
        _text("what", 16), _text("subject", 200), _text("owner", 200),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_access_log")),
    )  # fmt: skip
    for table, columns in (
        ("legal_holds", ["shop", "lifted_at"]), ("privacy_requests", ["shop", "state", "due_at"]),
        ("privacy_requests", ["shop", "person"]), ("access_log", ["shop", "at"]),
        ("access_log", ["shop", "owner", "at"]), ("access_log", ["shop", "agent", "subject", "at"]),
    ):  # fmt: skip
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
