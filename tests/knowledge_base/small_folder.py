"""A shop folder in memory, small enough to break one thing at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.reader import read_shop
from knowledge_base.shop import ShopFolder

SHOP = 'id = "moon"\nlanguages = ["zh-CN", "en"]\n'
PRODUCT_COLUMNS = (
    "id,name,kind,region,platform,price,warranty_days,promised_minutes,supplier,return_days,"
    "no_return_confirmation,redeem_help\n"
)
PRODUCTS = PRODUCT_COLUMNS + "moon-key,月光激活码,game_key,,,30.00,,,,,,\nsun-key,日光激活码,game_key,,,20.00,,,,,,\n"
HEAD = "---\npolicy: after-sales\ntitle: 售后政策\nlang: zh-CN\neffective: 2026-01-01\n---\n"
BLOCK_LINE = 10
"""The line of a clause block's first line in `clause`."""


def clause(block: str, clause_id: str = "refund", text: str = "可以退款。") -> str:
    """One clause as a policy file writes it; the first one's heading is on line 7 after HEAD."""
    return f"## 标题 {{#{clause_id}}}\n{text}\n```clause\n{block.strip()}\n```\n"


def policy(block: str) -> str:
    """A policy file with one clause."""
    return HEAD + clause(block)


def files(**texts: str) -> dict[str, bytes]:
    """The small folder, with other texts for some files: `shop_toml="…"`, or any path by `**{path: text}`."""
    named = {"shop.toml": SHOP, "products.csv": PRODUCTS} | {_path(name): text for name, text in texts.items()}
    return {path: text.encode() for path, text in named.items()}


def _path(name: str) -> str:
    return {"shop_toml": "shop.toml", "products": "products.csv", "orders": "orders.csv"}.get(name, name)


def read(**texts: str) -> ShopFolder:
    """The folder of these files, which must have no fault."""
    folder = read_shop(files(**texts))
    all_in_chinese(folder.findings)
    return folder


def faults(**texts: str) -> tuple[Fault, ...]:
    """The faults of these files, empty where there are none."""
    try:
        read_shop(files(**texts))
    except ShopFaults as error:
        all_in_chinese((*error.faults, *error.findings))
        return error.faults
    return ()


def all_in_chinese(found: Iterable[Fault]) -> None:
    """Nothing is told in English alone: whoever words a new fault words it twice (knowledge_base/fault_words.toml)."""
    for one in found:
        assert re.search("[一-鿿]", one.said("zh-CN").removeprefix(f"{one.file}:{one.line}: ")), str(one)


def clause_faults(block: str) -> list[tuple[int, str]]:
    """Line within the block (1 is its first) and message of each fault of a clause block."""
    found = faults(**{"policies/after-sales.md": policy(block)})
    assert all(fault.file == "policies/after-sales.md" for fault in found)
    return [(fault.line - BLOCK_LINE + 1, fault.message) for fault in found]
