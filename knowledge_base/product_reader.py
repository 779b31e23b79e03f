"""Reads `products.csv`: what the shop sells. An empty cell is unknown, never zero or false."""

from __future__ import annotations

import re
from typing import cast

from knowledge_base.csv_cells import address, amount, count, flag, one_of, plain
from knowledge_base.csv_reader import Columns, Row, read_rows
from knowledge_base.findings import Findings
from knowledge_base.languages import among
from knowledge_base.product import PRODUCT_KINDS, Product, ProductKind

PRODUCTS_FILE = "products.csv"
_EXPECTED = (
    "kind", "region", "platform", "price", "warranty_days", "promised_minutes", "supplier", "return_days",
    "no_return_confirmation", "redeem_help",
)  # fmt: skip
_OPTIONAL = ("description", "stock", "min_quantity", "max_quantity", "wholesale", "url", "image")
_TRANSLATED = ("region", "platform", "wholesale")
_ID = re.compile(r"[^\s/\\]{1,200}")


def product_columns(languages: tuple[str, ...]) -> Columns:
    """The columns that a shop of these languages may write."""
    translated = [
        f"{column}_{_column_ending(lang)}" for lang in languages for column in ("name", "description", *_TRANSLATED)
    ]
    return Columns(("id", "name"), _EXPECTED, (*_OPTIONAL, *translated))


def read_products(content: bytes, languages: tuple[str, ...], findings: Findings) -> dict[str, Product]:
    """The products by id, in the order of the file. Faults are noted at their lines."""
    found: dict[str, Product] = {}
    for row in read_rows(PRODUCTS_FILE, content, product_columns(languages), findings):
        product = _product(row, languages)
        if product is None:
            continue
        if product.id in found:
            row.fault(f"the id {product.id!r} stands on line {found[product.id].line} already; ids are unique")
        found.setdefault(product.id, product)
    return found


def _column_ending(lang: str) -> str:
    return lang.lower().replace("-", "_") if "-" in lang else lang


def _product(row: Row, languages: tuple[str, ...]) -> Product | None:
    product_id, name = row.text("id"), row.text("name")
    if product_id is None or not _ID.fullmatch(product_id):
        row.fault("the id is missing; write letters, digits, - and _" if not product_id else _bad_id(product_id))
        return None
    if name is None:
        row.fault(f"the name of {product_id!r} is missing")
    kind = row.read("kind", one_of(tuple(PRODUCT_KINDS)))
    return Product(
        id=product_id,
        name=_by_language(row, "name", languages),
        kind=cast(ProductKind | None, kind),
        region=row.text("region"),
        platform=row.text("platform"),
        price=row.read("price", amount),
        warranty_days=row.read("warranty_days", count),
        promised_minutes=row.read("promised_minutes", count),
        supplier=row.text("supplier"),
        return_days=row.read("return_days", count),
        no_return_confirmation=row.read("no_return_confirmation", flag),
        redeem_help=row.text("redeem_help"),
        description=_by_language(row, "description", languages),
        stock=row.read("stock", count),
        min_quantity=row.read("min_quantity", count),
        max_quantity=row.read("max_quantity", count),
        wholesale=row.text("wholesale"),
        url=row.read("url", address),
        image=row.read("image", plain),
        translated={column: told for column in _TRANSLATED if (told := _by_language(row, column, languages))},
        source=row.file,
        line=row.line,
    )


def _bad_id(product_id: str) -> str:
    return f"the id {product_id[:80]!r} holds spaces or slashes, or is longer than 200; write letters, digits, - and _"


def _by_language(row: Row, column: str, languages: tuple[str, ...]) -> dict[str, str]:
    """`name` in the shop's first language, `name_en` in that of its ending."""
    found: dict[str, str] = {}
    if text := row.text(column):
        found[languages[0]] = text
    for name, text in row.cells.items():
        lang = among(name.removeprefix(f"{column}_"), languages) if name.startswith(f"{column}_") else None
        if text and lang in languages:
            found.setdefault(lang, text)
    return found
