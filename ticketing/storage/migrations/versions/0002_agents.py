"""agents, notes, ratings, and what a ticket's deadline needs"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agent_sessions",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("token_sha256", PlainText(64), nullable=False),
        sa.Column("agent", PlainText(64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "token_sha256", name=op.f("pk_agent_sessions")),
    )
    with op.batch_alter_table("agent_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agent_sessions_shop_agent"), ["shop", "agent"], unique=False)

    op.create_table(
        "agents",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("name", PlainText(64), nullable=False),
        sa.Column("display_name", PlainText(200), nullable=False),
        sa.Column("role", PlainText(16), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("password_hash", PlainText(200), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_agents")),
        sa.UniqueConstraint("name", name=op.f("uq_agents_name")),
    )
    op.create_table(
        "login_attempts",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("name", PlainText(64), nullable=False),
        sa.Column("address", PlainText(64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_login_attempts")),
    )
    with op.batch_alter_table("login_attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_attempts_at"), ["at"], unique=False)

    op.create_table(
        "notes",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("after_seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("agent", PlainText(64), nullable=False),
        sa.Column("author_name", PlainText(200), nullable=False),
        sa.Column("text", PlainText(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_shop_conversation_at"), ["shop", "conversation", "at"], unique=False)

    op.create_table(
        "ratings",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("message", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("ticket", PlainText(64), nullable=True),
        sa.Column("agent", PlainText(64), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("comment", PlainText(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "message", name=op.f("pk_ratings")),
    )
    with op.batch_alter_table("ratings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ratings_shop_at"), ["shop", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_ratings_shop_conversation"), ["shop", "conversation"], unique=False)

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("joined_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("snoozed_until", UtcTime(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_conversations_shop_state_updated_at"), ["shop", "state", "updated_at"], unique=False
        )

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_shop_type_at"), ["shop", "type", "at"], unique=False)

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("assignee", PlainText(64), nullable=True))
        batch_op.add_column(sa.Column("target_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("resolve_by", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("alarmed_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("resolved_at", UtcTime(), nullable=True))
        batch_op.add_column(sa.Column("resolution", PlainText(), nullable=True))
        batch_op.create_index(batch_op.f("ix_tickets_shop_assignee_state"), ["shop", "assignee", "state"], unique=False)
