"""what each worker measures of itself, so that any of them can tell of all"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("workers", sa.Column("figures", sa.JSON(), nullable=False, server_default="{}"))
