"""Writes `[orders]` into `shop.toml`: everything else, comments too, stays as its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping

import tomlkit
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table


class NotEditable(ValueError):
    """The file is no TOML, or its `orders` is no table."""


def with_orders(text: str, settings: Mapping[str, str]) -> str:
    """The file with these keys of `[orders]`. Raises NotEditable."""
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise NotEditable(f"shop.toml cannot be read: {error}") from error
    orders = document.get("orders")
    if orders is None:
        orders = tomlkit.table()
        document.add(tomlkit.nl())
        document.add("orders", orders)
    if not isinstance(orders, Table | OutOfOrderTableProxy):
        raise NotEditable("shop.toml: orders is not written as a table [orders]; write it so")
    for key, value in settings.items():
        plain = [name for name, held in orders.items() if not isinstance(held, Mapping)]
        if (
            isinstance(orders, Table) and key not in orders and plain
        ):  # else it would come after the next table's comment
            orders.value._insert_after(plain[-1], key, tomlkit.item(value))
        else:
            orders[key] = value
    return tomlkit.dumps(document)
