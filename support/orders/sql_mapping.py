"""The mapping of any store's tables: `source = "sql"`, written in TOML by whoever knows the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from support.orders.mapping import Kinds, Section, Statuses, read_kinds, read_statuses
from support.orders.sql_store import ADDRESS, PROOF, TableNeeds

FIELDS = (
    "product", "name", "quantity", "delivered_quantity", "unit_price", "paid_amount", "refunded_amount", "currency",
    "created_at", "paid_at", "delivered_at", "payment_ref", "contact", "buyer", "frozen", "distributor", "note",
    "address",
)  # fmt: skip
OF_PRODUCT = ("name", "price", "stock", "on_sale", "min_quantity", "max_quantity")
KEYS = "delivered keys: counted and compared; only a key's last four characters leave"
OF_COUPON = ("open", "uses_left", "starts_at", "ends_at", "min_amount", "product")


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A table and which of its columns holds what.

    Attributes:
        only: by column, the values of the rows that count.
        without: columns that must be empty: marks of what was deleted.
    """

    table: str
    columns: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    only: Mapping[str, frozenset[str]]
    without: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        return self.columns[name]

    def get(self, name: str) -> str | None:
        """The column of that name, if the mapping gives one."""
        return self.columns.get(name)

    def needs(self, *required: str, optional: bool) -> TableNeeds:
        """What the connector reads of this table."""
        first = tuple(dict.fromkeys(self.columns[name] for name in required))
        rest = (*self.columns.values(), *(one for many in self.lists.values() for one in many), *self.only,
                *self.without)  # fmt: skip
        wanted = tuple(dict.fromkeys(column for column in rest if column not in first))
        why = dict.fromkeys(self.lists.get("text", ()), KEYS) | dict.fromkeys(self.lists.get("proofs", ()), PROOF)
        why |= {self["address"]: ADDRESS} if "address" in self.columns else {}
        return TableNeeds(self.table, first, wanted, optional=optional, why=why)


@dataclass(frozen=True, slots=True)
class SqlMapping:
    """A store's tables. `keys`, `product`, `stock` and `coupon` are None where the store has none.

    Attributes:
        letter: the column of the order's own row that holds the delivered keys, one a line.
        placeholders: texts that stand where keys belong and are none.
        unit: what one in a column of money is worth.
    """

    order: TableMapping
    status: str
    statuses: Statuses
    kinds: Kinds
    letter: str | None
    placeholders: frozenset[str]
    unit: Decimal
    keys: TableMapping | None = None
    product: TableMapping | None = None
    stock: TableMapping | None = None
    coupon: TableMapping | None = None

    def needs(self) -> tuple[TableNeeds, ...]:
        """Every table, each once."""
        more = tuple(column for column in (self.kinds.place, self.letter) if column)
        order = self.order.needs("number", "status", optional=False)
        why = {**order.why, **({self.letter: KEYS} if self.letter else {})}
        found = {order.name: TableNeeds(order.name, order.required, (*order.wanted, *more), why=why)}
        for table, required in (
            (self.keys, "order"), (self.product, "id"), (self.stock, "product"), (self.coupon, "code"),
        ):  # fmt: skip
            if table is not None:
                needs = table.needs(required, optional=True)
                found[needs.name] = _both(found[needs.name], needs) if needs.name in found else needs
        return tuple(found.values())


def _both(one: TableNeeds, other: TableNeeds) -> TableNeeds:
    """What is read of a table that the mapping names twice."""
    required = tuple(dict.fromkeys(one.required + (other.required if one.optional else ())))
    wanted = tuple(dict.fromkeys(name for name in one.columns + other.columns if name not in required))
    return TableNeeds(one.name, required, wanted, optional=one.optional, why={**other.why, **one.why})


def read_sql_mapping(options: Mapping[str, object]) -> SqlMapping:
    """The mapping of `[orders]`. Raises MappingFault."""
    top = Section("", options)
    top.only(
        ("timezone", "timeout_seconds", "money_unit", "order", "status", "kind", "keys", "product", "stock", "coupon")
    )
    status, keys = top.section("status"), top.section("keys")
    column = status.needed("column")
    own_letter = keys.text("column")
    order = _table(top.section("order"), ("number",), ("id", *FIELDS), lists=("proofs",))
    return SqlMapping(
        order=TableMapping(order.table, {**order.columns, "status": column}, order.lists, order.only, order.without),
        status=column,
        statuses=read_statuses(status, "column"),
        kinds=read_kinds(top.section("kind"), "column"),
        letter=own_letter,
        placeholders=frozenset(keys.texts("placeholders")),
        unit=top.amount("money_unit", "1"),
        keys=_table(keys, ("order",), (), lists=("text",)) if keys and not own_letter else None,
        product=_optional(top.section("product"), ("id",), OF_PRODUCT),
        stock=_optional(top.section("stock"), ("product",), ()),
        coupon=_optional(top.section("coupon"), ("code",), OF_COUPON),
    )


def _optional(section: Section, required: tuple[str, ...], optional: tuple[str, ...]) -> TableMapping | None:
    return _table(section, required, optional) if section else None


def _table(
    section: Section, required: tuple[str, ...], optional: tuple[str, ...], lists: tuple[str, ...] = ()
) -> TableMapping:
    section.only(("table", "only", "without", "placeholders", *required, *optional, *lists))
    columns = {name: section.needed(name) for name in required}
    columns |= {name: column for name in optional if (column := section.text(name)) is not None}
    only = section.section("only")
    return TableMapping(
        table=section.needed("table"),
        columns=columns,
        lists={name: section.texts(name) for name in lists if section.texts(name)},
        only={column: only.marks(column) for column in only.values},
        without=section.texts("without"),
    )
