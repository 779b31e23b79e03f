"""first tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "commands",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("sender", PlainText(200), nullable=False),
        sa.Column("client_id", PlainText(64), nullable=False),
        sa.Column("sha256", PlainText(64), nullable=False),
        sa.Column("ack", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "client_id", "sender", name=op.f("pk_commands")),
    )
    with op.batch_alter_table("commands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commands_at"), ["at"], unique=False)

    op.create_table(
        "conversations",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("owner", PlainText(200), nullable=False),
        sa.Column("name", PlainText(200), nullable=True),
        sa.Column("state", PlainText(16), nullable=False),
        sa.Column("assignee", PlainText(64), nullable=True),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("lang", PlainText(16), nullable=False),
        sa.Column("subject", PlainText(), nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("shop", "name", name=op.f("uq_conversations_shop_name")),
    )
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conversations_shop_owner_updated_at"), ["shop", "owner", "updated_at"], unique=False
        )

    op.create_table(
        "decisions",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=True),
        sa.Column("request", PlainText(32), nullable=False),
        sa.Column("verdict", PlainText(16), nullable=False),
        sa.Column("digest", PlainText(64), nullable=False),
        sa.Column("proof", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_shop_conversation"), ["shop", "conversation"], unique=False)

    op.create_table(
        "events",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("type", PlainText(32), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("audience", PlainText(16), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "n", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_shop_conversation_n"), ["shop", "conversation", "n"], unique=False)

    op.create_table(
        "messages",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("author_kind", PlainText(16), nullable=False),
        sa.Column("author_name", PlainText(200), nullable=False),
        sa.Column("generated_by", PlainText(16), nullable=False),
        sa.Column("lang", PlainText(16), nullable=False),
        sa.Column("text", PlainText(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint("shop", "conversation", "seq", name=op.f("uq_messages_shop_conversation_seq")),
    )
    op.create_table(
        "order_grants",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("owner", PlainText(200), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=False),
        sa.Column("by", PlainText(16), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "owner", "order_no", name=op.f("pk_order_grants")),
    )
    op.create_table(
        "proof_attempts",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("owner", PlainText(200), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_proof_attempts")),
    )
    with op.batch_alter_table("proof_attempts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proof_attempts_shop_order_no_at"), ["shop", "order_no", "at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_proof_attempts_shop_owner_at"), ["shop", "owner", "at"], unique=False)

    op.create_table(
        "reads",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("reader", PlainText(200), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "conversation", "reader", name=op.f("pk_reads")),
    )
    op.create_table(
        "shop_files",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("path", PlainText(512), nullable=False),
        sa.Column("sha256", PlainText(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "path", name=op.f("pk_shop_files")),
    )
    op.create_table(
        "shops",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        sa.Column("digest", PlainText(64), nullable=False),
        sa.Column("epoch", PlainText(64), nullable=False),
        sa.Column("secret", PlainText(128), nullable=False),
        sa.Column("origin", PlainText(), nullable=False),
        sa.Column("imported_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", name=op.f("pk_shops")),
    )
    op.create_table(
        "tickets",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("reason", PlainText(32), nullable=False),
        sa.Column("priority", PlainText(16), nullable=False),
        sa.Column("queue", PlainText(64), nullable=False),
        sa.Column("state", PlainText(16), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("order_no", PlainText(200), nullable=True),
        sa.Column("decision", PlainText(64), nullable=True),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_shop_conversation"), ["shop", "conversation"], unique=False)
        batch_op.create_index(batch_op.f("ix_tickets_shop_state_due_at"), ["shop", "state", "due_at"], unique=False)

    op.create_table(
        "turns",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("message", PlainText(64), nullable=False),
        sa.Column("conversation", PlainText(64), nullable=False),
        sa.Column("client_id", PlainText(64), nullable=False),
        sa.Column("state", PlainText(16), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column("trace", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "message", name=op.f("pk_turns")),
    )
    with op.batch_alter_table("turns", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_state"), ["state"], unique=False)

    op.create_table(
        "visitors",
        sa.Column("shop", PlainText(64), nullable=False),
        sa.Column("id", PlainText(64), nullable=False),
        sa.Column("token_sha256", PlainText(64), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("shop", "id", name=op.f("pk_visitors")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_visitors_token_sha256")),
    )
