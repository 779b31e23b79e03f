"""what is owed an answer stands beside the command that brought it"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from ticketing.storage.columns import PlainText, UtcTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TURNS = sa.table(
    "turns", *(sa.column(name, PlainText()) for name in ("shop", "message", "conversation", "client_id", "state")),
    sa.column("created_at", UtcTime()), sa.column("input", sa.JSON()),
)  # fmt: skip
_COMMANDS = sa.table(
    "commands", *(sa.column(name, PlainText()) for name in ("shop", "client_id", "sender", "sha256")),
    sa.column("ack", sa.JSON()), sa.column("at", UtcTime()), sa.column("owes", sa.JSON(none_as_null=True)),
)  # fmt: skip
_CHATS = sa.table("conversations", *(sa.column(name, PlainText()) for name in ("shop", "id", "owner")))


def upgrade() -> None:
    op.add_column("commands", sa.Column("owes", sa.JSON(none_as_null=True), nullable=True))
    owed = sa.column("owes").is_not(None)
    op.create_index("ix_commands_owed", "commands", ["at"], sqlite_where=owed, postgresql_where=owed)
    _carry_over(op.get_bind())
    op.drop_index(op.f("ix_turns_state"), "turns")
    with op.batch_alter_table("turns") as turns:
        turns.drop_column("state")
        turns.drop_column("input")


def _carry_over(tx: sa.Connection) -> None:
    """Turns that are owed: few, and each stands beside its command again, which may be forgotten by now."""
    join = sa.outerjoin(_TURNS, _CHATS, (_CHATS.c.shop == _TURNS.c.shop) & (_CHATS.c.id == _TURNS.c.conversation))
    pending = _TURNS.c.state == "pending"
    for row in tx.execute(sa.select(_TURNS, _CHATS.c.owner).select_from(join).where(pending)).mappings().all():
        owes = {"message": row["message"], "conversation": row["conversation"], "input": row["input"]}
        brought = (_COMMANDS.c.shop == row["shop"]) & (_COMMANDS.c.client_id == row["client_id"])
        said = json.dumps(row["message"])
        acks = tx.execute(sa.select(_COMMANDS.c.sender, sa.cast(_COMMANDS.c.ack, sa.Text)).where(brought)).all()
        sender = next((sender for sender, ack in acks if said in ack), None)
        if sender is not None:
            tx.execute(sa.update(_COMMANDS).where(brought, _COMMANDS.c.sender == sender).values(owes=owes))
        elif row["owner"] is not None:
            values = {"sender": row["owner"], "sha256": "", "ack": {}, "at": row["created_at"], "owes": owes}
            tx.execute(sa.insert(_COMMANDS).values(shop=row["shop"], client_id=row["client_id"], **values))
    tx.execute(sa.delete(_TURNS).where(pending))
