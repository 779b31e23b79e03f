"""a message knows its event, so that no index holds the events of messages by their conversations"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ID = {
    "sqlite": "json_extract(body, '$.message.id')",
    "postgresql": """CAST(body -> 'message' ->> 'id' AS text) COLLATE "C\"""",
}
"""Sorted as a message's own id is: PostgreSQL would otherwise find each by reading all of them."""


def upgrade() -> None:
    op.add_column("messages", sa.Column("n", sa.BigInteger(), nullable=True))
    tx = op.get_bind()
    tx.exec_driver_sql(
        f"CREATE TEMPORARY TABLE told AS SELECT shop, {_ID[tx.dialect.name]} AS id, n FROM events"  # noqa: S608  # an expression of ours
        " WHERE type = 'message'"
    )
    tx.exec_driver_sql("CREATE INDEX told_of ON told (shop, id)")
    tx.exec_driver_sql("ANALYZE told")
    tx.exec_driver_sql(
        "UPDATE messages SET n = told.n FROM told WHERE told.shop = messages.shop AND told.id = messages.id"
    )
    tx.exec_driver_sql("DROP TABLE told")
    of_no_message = sa.text("type != 'message'")
    for one, another in (("conversation", "n"), ("type", "at")):
        name = f"ix_events_shop_{one}_{another}"
        op.drop_index(name, "events")
        op.create_index(
            name, "events", ["shop", one, another], sqlite_where=of_no_message, postgresql_where=of_no_message
        )
