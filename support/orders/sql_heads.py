"""How a store's orders are selected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from support.orders.sql_store import Table

NUMBER = "order_number_of_anxin"
"""A label that no store's column has."""


@dataclass(frozen=True, slots=True)
class Heads:
    """How the store's orders are selected.

    Attributes:
        query: one row an order, only orders that exist for a buyer; the number is labelled NUMBER.
        number: the column of the number.
        newest: what sorts the newest first.
        table: the table of the orders.
        buyer: its column of the signed buyer's id; empty where the store knows no buyers.
    """

    query: sa.Select[Any]
    number: sa.ColumnClause[Any]
    newest: sa.ColumnElement[Any]
    table: Table
    buyer: str = ""
