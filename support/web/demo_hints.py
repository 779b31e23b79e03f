"""What each order of the demo shop is good for trying, by its number in `knowledge_base/shops/star/orders.csv`."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, str]


def _said(chinese: str, english: str) -> Words:
    return {"zh-CN": chinese, "en": english}


HINTS: Mapping[str, Words] = {
    "SC20261119001": _said("付了两次：多付的一笔可退", "Paid twice: the second payment can come back"),
    "SC20261118001": _said("付款后没有发货：全额退款", "Never delivered: refunded in full"),
    "SC20261112001": _said("付款后缺货：退款或等补发", "Out of stock after payment: refund, or wait"),
    "SC20261105001": _said("买 3 件只发了 2 件：退差额", "2 of 3 delivered: the difference is refunded"),
    "SC20261001001": _said("近期退款多次：交给人工判断", "Several refunds lately: a person decides"),
    "SC20260301001": _said("确认过不可退：申请会被拒绝，可复核", "No returns agreed: refused, and open to review"),
    "SC20261120001": _said("人工代充超过承诺时间：可退款", "Top-up by hand, past its promised time: can be refunded"),
    "SC20261120002": _said("两件商品，一件发货失败：只退这一件", "Two products, one failed: only that one is refunded"),
    "SC20261117001": _said("未激活：7 天内可退，过后转人工", "Not activated: back in 7 days, then a person decides"),
    "SC20261115001": _said("会员在质保期内：先要截图", "Under warranty: a screenshot is asked for first"),
    "SC20261110001": _said("订单在审核中：转人工", "Held for review: goes to a person"),
    "SC20250618001": _said("质保已过：看依据了哪一版条款", "Out of warranty: see which year's clause decides"),
    "SC20261120003": _said("直充未到账、已超时：人工催办", "Top-up not arrived and overdue: a person chases it"),
    "SC20261118002": _said("未使用：7 天内退本金，过后转人工", "Unused: refunded within 7 days, then a person decides"),
    "SC20261116001": _said("付了款却显示未支付：先别重复付款", "Shown as unpaid: do not pay twice"),
    "SC20261109001": _said("缺一项关键事实：助手不猜，请人核实", "A fact is missing: no guess, a person checks it"),
    "SC20261108001": _said("已登记退款：不会再退一次", "Refunded already: not refunded twice"),
    "SC20261106001": _said("5 件发了 3 件；备注想指挥助手，没有用", "3 of 5 sent; its note gives orders, in vain"),
    "SC20260228001": _said("已发货的激活码：说一个原因，看怎么判", "A delivered key: the reason decides"),
    "SC20261113001": _said("上游发货失败：全额退款", "The supplier failed to deliver: refunded in full"),
    "SC20261028001": _said("订单被冻结：转人工，优先处理", "A frozen order: to a person, with priority"),
    "SC20261107001": _said("一单两件商品：先问是哪一件", "Two products in one order: it asks which one"),
    "SC20261119003": _said("发货状态未知：未知不等于没发", "Delivery state unknown: unknown is never “no”"),
}  # fmt: skip

GUEST_ORDERS = (
    "SC20261106001", "SC20260228001", "SC20261113001", "SC20261028001", "SC20261107001", "SC20261119003",
)  # fmt: skip
