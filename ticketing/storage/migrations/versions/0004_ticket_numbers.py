"""a short number for each ticket, counted by its shop"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER_THE_OLD = """
UPDATE tickets SET ticket_no = counted.ticket_no
FROM (
    SELECT shop, id, 1000 + row_number() OVER (PARTITION BY shop ORDER BY created_at, id) AS ticket_no FROM tickets
) AS counted
WHERE tickets.shop = counted.shop AND tickets.id = counted.id
"""
GO_ON_FROM_THERE = """
UPDATE shops SET ticket_no = 1000 + (SELECT count(*) FROM tickets WHERE tickets.shop = shops.shop)
"""


def upgrade() -> None:
    with op.batch_alter_table("shops", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_no", sa.BigInteger(), nullable=False, server_default="1000"))
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ticket_no", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(NUMBER_THE_OLD)
    op.execute(GO_ON_FROM_THERE)
    with op.batch_alter_table("shops", schema=None) as batch_op:
        batch_op.alter_column("ticket_no", server_default=None)
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.alter_column("ticket_no", server_default=None)
        batch_op.create_unique_constraint(batch_op.f("uq_tickets_shop_ticket_no"), ["shop", "ticket_no"])
