from __future__ import annotations

import pytest

from knowledge_base.void_terms import late_promises, void_terms
from tests.knowledge_base.small_folder import HEAD, PRODUCT_COLUMNS, SHOP, clause, read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("一经售出概不退换。", "void.no_returns"),
        ("卡密一经售出，不支持退换", "void.no_returns"),
        ("虚拟商品不支持退款", "void.no_returns"),
        ("商品售出后一律不退不换", "void.no_returns"),
        ("All sales are final.", "void.no_returns"),
        ("No refunds under any circumstances.", "void.no_returns"),
        ("Once sold, items cannot be refunded.", "void.no_returns"),
        ("本活动最终解释权归本店所有", "void.interpretation"),
        ("本店享有解释权", "void.interpretation"),
        ("We keep the right of final interpretation.", "void.interpretation"),
        ("买家不得投诉或举报本店", "void.complaints"),
        ("购买即放弃起诉的权利", "void.complaints"),
        ("Buyers may not complain to any authority.", "void.complaints"),
        ("签收视为认可商品质量", "void.receipt"),
        ("收货即代表验收合格", "void.receipt"),
        ("Delivery is deemed acceptance of the quality.", "void.receipt"),
        ("下单即视为您已同意以上条款", "void.default_consent"),
        ("系统默认同意自动续费", "void.default_consent"),
        ("You accept by default.", "void.default_consent"),
        ("激活后拒绝一切售后", "void.no_after_sales"),
        ("本店不提供任何售后", "void.no_after_sales"),
        ("No after-sales service.", "void.no_after_sales"),
        ("付款后可无条件取消订单，由本店决定", "void.cancel"),
        ("付款后合同不成立", "void.cancel"),
        ("The shop may cancel any order at any time.", "void.cancel"),
        ("退款仅退至账户余额", "void.wallet"),
        ("只退回钱包", "void.wallet"),
        ("Refunds are paid only to your wallet.", "void.wallet"),
        ("条款已默认勾选", "void.default_consent"),
        ("The box is pre-ticked.", "void.default_consent"),
        ("商品拆封后不予退换", "void.opened"),
        ("Once opened, items cannot be returned.", "void.opened"),
        ("账户余额概不退还", "void.prepaid"),
        ("储值卡到期作废", "void.prepaid"),
        ("The prepaid balance is non-refundable.", "void.prepaid"),
        ("未成年人充值不予退款", "void.minors"),
        ("Purchases by minors are never refunded.", "void.minors"),
        ("本店不承担任何责任", "void.liability"),
        ("We accept no liability.", "void.liability"),
        ("五星好评返现 5 元", "void.reviews"),
        ("A five-star review earns a coupon.", "void.reviews"),
    ],
)
def test_void_wordings_are_found(text: str, code: str) -> None:
    assert code in [term.code for term in void_terms(text)]


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
        "我们不会说概不退换。",
        "写着“概不退换”的条款无效。",
        "“最终解释权归本店”这样的说法违法。",
        "我们不使用“不得投诉”之类的条款",
        "A clause that says all sales are final is void.",
        "We never write that all sales are final.",
        "没有默认勾选的选项。",
        "不会以过期为由不退余额。",
        "未成年人付款引起的申请不会被自动拒绝。",
        "因商品来源引起的，由本店承担责任。",
        "欢迎留下真实评价，好评差评都可以。",
        "拆封检查不影响退货。",
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
    assert [term.code for term in late_promises(text)]


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本会员自动续费，到期扣款。", True),
        ("The membership renews; it is auto-renewed each month.", True),
        ("本会员自动续费，到期前 5 天提醒，可随时取消。", False),
        ("不自动续费。", False),
        ("It is auto-renewed; we remind you 5 days before.", False),
        ("It does not auto-renew.", False),
    ],
)
def test_a_renewal_is_announced(text: str, found: bool) -> None:
    warnings = read(**{"articles/a.md": f"---\nid: a\n---\n{text}\n"}).findings
    assert [one.code for one in warnings] == ["void.renewal"] * found


@pytest.mark.parametrize(("minutes", "found"), [(21600, False), (21601, True), (43200, True)])
def test_a_wait_is_at_most_15_days(minutes: int, found: bool) -> None:
    block = f"when:\n  - order.paid\nthen:\n  grant: {{wait: {minutes}}}"
    codes = [one.code for one in read(**{"policies/a.md": HEAD + clause(block)}).findings]
    assert ("policy.wait_too_long" in codes) is found


def test_a_finding_has_its_place_and_words_in_both_languages() -> None:
    [one] = read(**{"articles/a.md": "---\nid: a\n---\n一\n最终解释权归本店\n"}).findings
    assert (one.code, one.severity, one.file, one.line) == ("void.interpretation", "warning", "articles/a.md", 5)
    assert one.zh == "“最终解释权”：单方或最终解释权的条款无效（网络消费纠纷规定（一）第 1 条）"
    assert one.en.startswith("“最终解释权”: a right of final interpretation is void")
    assert (one.remedy, one.remedy_zh) == ("delete it", "请删去")
    assert str(one) == f"articles/a.md:5: {one.en}; delete it"
    assert one.said("zh") == f"articles/a.md:5: {one.zh}。请删去"
