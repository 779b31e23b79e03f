"""The catalogue: what a shop sells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

ProductKind = Literal[
    "gift_card", "game_key", "license", "membership", "top_up", "prepaid", "download", "account", "service"
]
PRODUCT_KINDS: tuple[ProductKind, ...] = (
    "gift_card", "game_key", "license", "membership", "top_up", "prepaid", "download", "account", "service",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """One row of `products.csv`. None is unknown, never zero or false.

    Attributes:
        name: by language; the shop's first language is always there.
        price: in the shop's currency.
        no_return_confirmation: whether the shop has the buyer confirm at checkout that this cannot be returned
            (消费者权益保护法 art. 25).
        redeem_help: id of the article that explains how to use it.
    """

    id: str
    name: Mapping[str, str]
    kind: ProductKind | None = None
    region: str | None = None
    platform: str | None = None
    price: Decimal | None = None
    warranty_days: int | None = None
    promised_minutes: int | None = None
    supplier: str | None = None
    return_days: int | None = None
    no_return_confirmation: bool | None = None
    redeem_help: str | None = None
    description: Mapping[str, str] = field(default_factory=dict)
    stock: int | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None
    wholesale: str | None = None
    url: str | None = None
    image: str | None = None
    translated: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """`region`, `platform` and `wholesale` by column and language, where the shop wrote them in several."""
    source: str = ""
    line: int = 1

    def told(self, column: Literal["region", "platform", "wholesale"], lang: str) -> str | None:
        """A column in a language, else as it stands in the shop's first."""
        plain: str | None = getattr(self, column)
        return self.translated.get(column, {}).get(lang) or plain
