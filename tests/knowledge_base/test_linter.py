from __future__ import annotations

import pytest

from knowledge_base.void_terms import late_promises, void_terms
from tests.knowledge_base.small_folder import HEAD, PRODUCT_COLUMNS, SHOP, clause, read


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("一经售出概不退换。", "refusal of returns"),
        ("卡密一经售出，不支持退换", "refusal of returns"),
        ("虚拟商品不支持退款", "refusal of returns"),
        ("商品售出后一律不退不换", "refusal of returns"),
        ("All sales are final.", "refusal of returns"),
        ("No refunds under any circumstances.", "refusal of returns"),
        ("Once sold, items cannot be refunded.", "refusal of returns"),
        ("本活动最终解释权归本店所有", "interpretation"),
        ("本店享有解释权", "interpretation"),
        ("We keep the right of final interpretation.", "interpretation"),
        ("买家不得投诉或举报本店", "complaints"),
        ("购买即放弃起诉的权利", "complaints"),
        ("Buyers may not complain to any authority.", "complaints"),
        ("签收视为认可商品质量", "receipt"),
        ("收货即代表验收合格", "receipt"),
        ("Delivery is deemed acceptance of the quality.", "receipt"),
        ("下单即视为您已同意以上条款", "by default"),
        ("系统默认同意自动续费", "by default"),
        ("You accept by default.", "by default"),
        ("激活后拒绝一切售后", "after-sales"),
        ("本店不提供任何售后", "after-sales"),
        ("No after-sales service.", "after-sales"),
        ("付款后可无条件取消订单，由本店决定", "contract"),
        ("付款后合同不成立", "contract"),
        ("The shop may cancel any order at any time.", "contract"),
        ("退款仅退至账户余额", "wallet"),
        ("只退回钱包", "wallet"),
        ("Refunds are paid only to your wallet.", "wallet"),
    ],
)
def test_void_wordings_are_found(text: str, about: str) -> None:
    assert about in " ".join(term.why for term in void_terms(text))


@pytest.mark.parametrize(
    "text",
    [
        "未发货可申请全额退款，款项原路退回。",
        "您可以向消费者协会投诉，我们不会限制投诉。",
        "我们没有“一经售出概不退换”的规定。",
        "您的投诉权利不受影响",
        "下单时由您单独勾选确认“交付后不支持无理由退货”，商品无法使用的不受此限。",
        "退款可以退回原支付方式，经您同意也可以退到余额。",
        "You can complain to the consumers' association.",
        "There is no final interpretation right here.",
        "收到卡密后请先检查。",
    ],
)
def test_fair_wordings_are_left_alone(text: str) -> None:
    assert list(void_terms(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "30 天内处理",
        "退款需要 20 个工作日",
        "我们在 60 日内为您退款",
        "处理时间为两个月",
        "We reply within 30 days.",
        "Refunds take 2 months.",
    ],
)
def test_late_promises_are_found(text: str) -> None:
    assert [term.why for term in late_promises(text)]


@pytest.mark.parametrize(
    "text",
    [
        "15 天内答复",
        "一般 1 至 3 个工作日到账",
        "质保 30 天内可以补发",
        "近 90 天内有多次同类申请",
        "30 天以后提出的不再退款",
        "We reply within 24 hours.",
        "A warranty of 90 days.",
        "within 30 days of payment the difference is refunded",
    ],
)
def test_other_periods_are_left_alone(text: str) -> None:
    assert list(late_promises(text)) == []


def test_warnings_have_the_line_of_the_wording() -> None:
    folder = read(
        shop_toml=SHOP + "[deadlines]\nresolve_hours = 400\n",
        products=PRODUCT_COLUMNS.strip() + ",description\nk,名,,,,,,,,,,,一经售出概不退换\n",
        **{"articles/a.md": "---\nid: a\n---\n第一行\n最终解释权归本店\n"},
    )
    assert [warning.split(": ")[0] for warning in folder.warnings] == [
        "articles/a.md:5",
        "products.csv:2",
        "shop.toml:4",
    ]


def test_a_refusal_says_how_the_buyer_confirms() -> None:
    refuse = "when:\n  - order.no_return_confirmed\nthen:\n  refuse: {reason: no_return}"
    silent = read(**{"policies/a.md": HEAD + clause(refuse, text="已确认的不予退款。")}).warnings
    assert any("does not say how the buyer confirms" in warning for warning in silent)
    told = read(**{"policies/a.md": HEAD + clause(refuse, text="下单时由您单独勾选确认的，不予退款。")}).warnings
    assert told == ()


def test_a_product_that_asks_for_confirmation_needs_the_step_told() -> None:
    products = PRODUCT_COLUMNS + "k,名,game_key,,,,,,,,true,\n"
    (warning,) = read(products=products).warnings
    assert warning.startswith("products.csv:2: no_return_confirmation is true")
