"""A product in words, so that it is found, read and quoted like an article."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge_base.product import Product
from retrieval.analysis import speech

_KINDS = {
    "zh": {
        "gift_card": "礼品卡", "game_key": "游戏激活码", "license": "软件授权", "membership": "会员",
        "top_up": "直充代充", "prepaid": "预付费卡", "download": "下载", "account": "账号", "service": "服务",
    },
    "en": {
        "gift_card": "gift card", "game_key": "game key", "license": "software licence", "membership": "membership",
        "top_up": "direct top-up", "prepaid": "prepaid card", "download": "download", "account": "account",
        "service": "service",
    },
}  # fmt: skip

_WORDS = {
    "zh": {
        "kind": "类型：{}", "region": "适用地区：{}", "platform": "平台：{}", "price": "价格：{}",
        "wholesale": "批发价：{}", "least": "最少购买 {} 件", "most": "每单限购 {} 件",
        "stock": "库存：{} 件", "none": "库存：暂时缺货", "at_once": "自动发货，付款后立即发货",
        "promised": "付款后 {} 分钟内发货",
        "warranty": "质保：{} 天", "returns": "{} 天内可退", "no_return": "下单时须确认：交付后不支持无理由退货",
    },
    "en": {
        "kind": "Kind: {}", "region": "Region: {}", "platform": "Platform: {}", "price": "Price: {}",
        "wholesale": "Wholesale: {}", "least": "Minimum {} per order", "most": "Limit {} per order",
        "stock": "In stock: {}", "none": "Out of stock for now",
        "at_once": "Delivered automatically right after payment",
        "promised": "Delivered within {} minutes of payment", "warranty": "Warranty: {} days",
        "returns": "Returns within {} days", "no_return": "Confirmed at checkout: no return after delivery",
    },
}  # fmt: skip

_ASKED = {
    "zh": ("{}多少钱", "{}有货吗，限购几个", "{}哪个区能用，支持什么平台"),
    "en": ("How much is {}?", "Is {} in stock, is there a limit?", "Which region and platform does {} work on?"),
}


def product_title(product: Product, lang: str) -> str:
    """The name in that language, else in the shop's first, else the id."""
    return product.name.get(lang) or next(iter(product.name.values()), product.id)


def product_text(product: Product, lang: str, currency: str) -> str:
    """The catalogue's row as lines of text. What is unknown is left out."""
    lines = [product_title(product, lang), *_facts(product, lang, currency)]
    description = product.description.get(lang)
    return "\n".join([*lines, description] if description else lines)


def product_questions(product: Product, lang: str) -> tuple[str, ...]:
    """How people ask after any product."""
    name = product_title(product, lang)
    return tuple(question.format(name) for question in _ASKED.get(speech(lang), _ASKED["en"]))


def _facts(product: Product, lang: str, currency: str) -> Iterator[str]:
    words = _WORDS.get(speech(lang), _WORDS["en"])
    kinds = _KINDS.get(speech(lang), _KINDS["en"])
    values: dict[str, object] = {
        "kind": kinds.get(product.kind) if product.kind else None,
        "region": product.told("region", lang),
        "platform": product.told("platform", lang),
        "price": None if product.price is None else f"{product.price} {currency}",
        "wholesale": product.told("wholesale", lang),
        "least": product.min_quantity if (product.min_quantity or 0) > 1 else None,
        "most": product.max_quantity,
        "stock": product.stock or None,
        "none": "" if product.stock == 0 else None,
        "at_once": "" if product.promised_minutes == 0 else None,
        "promised": product.promised_minutes or None,
        "warranty": product.warranty_days or None,
        "returns": product.return_days or None,
        "no_return": "" if product.no_return_confirmation else None,
    }
    return (words[key].format(value) for key, value in values.items() if value is not None)
