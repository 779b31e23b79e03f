"""A shop of a few articles, clauses and products in two languages, made in code."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from knowledge_base.article import Article
from knowledge_base.policy import Clause, Outcome, PolicyVersion
from knowledge_base.product import Product
from knowledge_base.shop import Shop, ShopFolder

_ARTICLES: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "redeem",
        "zh-CN",
        "如何兑换点卡",
        "## 步骤\n\n登录游戏官网，打开充值页面，选择点卡兑换。把卡号和密码填进去，确认后立即到账。\n\n"
        "## 填错了怎么办\n\n卡密区分大小写，请不要多复制空格。连续输错五次会被锁定十分钟。\n",
        ("点卡在哪里用", "卡密怎么充进游戏"),
    ),
    (
        "redeem",
        "en",
        "How to redeem a game card",
        "## Steps\n\nSign in on the game's site, open the top-up page and choose card redemption. "
        "Enter the number and the password; the balance shows at once.\n\n"
        "## Typing errors\n\nCodes are case-sensitive. Five wrong tries lock the page for ten minutes.\n",
        ("Where do I enter my code?", "use a card in the game"),
    ),
    (
        "order-lookup",
        "zh-CN",
        "怎么查询订单",
        "打开网站右上角的订单查询，输入下单时填写的邮箱和查询密码，就能看到卡密和订单状态。"
        "忘记查询密码请联系人工客服。",
        ("订单号丢了怎么找", "在哪里看我买的卡密"),
    ),
    (
        "payment-methods",
        "zh-CN",
        "支持哪些付款方式",
        "本店支持支付宝、微信支付和银联。付款时请不要关闭页面，支付成功后会自动跳转。",
        ("可以用微信付钱吗", "支付宝行不行"),
    ),
    (
        "invoice",
        "en",
        "Invoices",
        "We issue electronic invoices within three working days. Send your company name and tax number to support.",
        ("Can I get an invoice?", "I need a receipt for my company"),
    ),
    (
        "staff-notes",
        "zh-CN",
        "内部：退款核对流程",
        "客服核对支付流水与订单金额，一致后提交复核。此文只给客服看。",
        (),
    ),
)


def small_shop() -> ShopFolder:
    """Articles in one or both languages, two versions of one clause, two products."""
    return ShopFolder(
        shop=Shop(id="small", languages=("zh-CN", "en")),
        articles=(*(_article(*row) for row in _ARTICLES), *_sales()),
        policies=(_version(date(2025, 1, 1), "7"), _version(date(2026, 1, 1), "3")),
        products={product.id: product for product in _products()},
        authorisations=(),
        macros=(),
        orders_csv=None,
        findings=(),
        digest="small",
    )


def _article(identity: str, lang: str, title: str, text: str, questions: tuple[str, ...]) -> Article:
    article = Article(identity, title, lang, text, f"{identity}.{lang}.md", questions=questions)
    return replace(article, audience="agents") if identity == "staff-notes" else article


def _sales() -> tuple[Article, ...]:
    return (
        Article("spring-sale", "春节活动", "zh-CN", "春节期间全场点卡九五折，活动时间内下单自动优惠。", "spring.md",
                valid_from=date(2026, 2, 1), valid_to=date(2026, 2, 15), questions=("春节有折扣吗",)),
    )  # fmt: skip


def _version(effective: date, days: str) -> PolicyVersion:
    texts = {
        "zh-CN": ("未发货可全额退款", f"付款后尚未交付的订单，买家可申请全额退款，款项原路退回，{days} 个工作日到账。"),
        "en": (
            "Full refund before delivery",
            f"An order that is paid and not delivered is refunded in full, as it was paid, in {days} working days.",
        ),
    }
    clauses = {
        (lang, "undelivered"): Clause(
            "after-sales", "undelivered", title, text, lang, effective, ("refund",), (), Outcome("refund", "1.0"), "00"
        )
        for lang, (title, text) in texts.items()
    }
    title = {"zh-CN": "售后政策", "en": "After-sales"}
    return PolicyVersion("after-sales", effective, None, title, (clauses["zh-CN", "undelivered"],), clauses)


def _products() -> tuple[Product, ...]:
    return (
        Product("star-50", {"zh-CN": "星云点卡 50 元", "en": "Nebula card 50"}, "gift_card", "国服", "星云",
                Decimal("49.00"), promised_minutes=10, stock=12, max_quantity=5),
        Product("sea-key", {"zh-CN": "云海激活码", "en": "Cloudsea key"}, "game_key", "全球", "流岚启动器",
                Decimal("68.00"), no_return_confirmation=True, stock=0),
    )  # fmt: skip
