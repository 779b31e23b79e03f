"""A decision in words: what it came to, by which clause, on which facts, how much, what is missing and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from knowledge_base.policy import Outcome
from support.assistant.why.changing import change_words
from support.assistant.why.telling import why
from support.policy.counterfactual import Change
from support.policy.replay import Came
from tests.support.policy.case import NOW, clause, decided, facts, version

STATE = 'delivery.state in ["failed", "not_delivered"]'
Json = Mapping[str, Any]


def proof(*clauses: Any, known: Any = None, **options: Any) -> Json:
    return decided(version(*clauses), known, **options).proof


def test_a_grant_tells_its_lines_and_its_sum() -> None:
    told = why(proof(clause("held", "order.frozen"), clause("undelivered", "order.paid", STATE),
                     known=facts({"order.frozen": False})), "zh-CN")  # fmt: skip
    assert (told.verdict, told.summary) == ("可以办理", "可以退款 ¥30.00，原路退回。")
    assert told.clause == "《undelivered》（after-sales/undelivered，2026-01-01 起生效）"
    assert [one.text for one in told.because] == [
        "订单已付款（付款时间：2026年3月1日 11:01）",
        "发货状态是“发货失败”",
    ]
    assert all(one.holds for one in told.because)
    assert told.amount == ("实付 ¥30.00 − 已退 ¥0.00 = ¥30.00",)
    assert told.passed == ("订单没有被冻结：《held》",)
    assert told.after == ("买家确认之后才会执行；金额较大的还要人工审核。",)


def test_of_an_order_on_hold_nothing_is_said_to_be_carried_out() -> None:
    frozen = proof(clause("undelivered", "order.paid", STATE), known=facts({"order.frozen": True}))
    assert why(frozen, "zh-CN").after == ("订单被冻结：不会自动执行，由工作人员看过后处理。",)
    assert why(frozen, "en").after[0].startswith("The order is on hold")


def test_every_fact_is_told_with_its_source_and_time() -> None:
    known = facts({"item.price_now": 12.5}, without=("order.number",))
    known["claim.reason"] = replace(known["order.paid"], value="minor", source="buyer", at=NOW - timedelta(hours=1))
    told = {one.name: one for one in why(proof(clause("a", "order.paid"), known=known), "en").facts}
    assert set(told) == set(known)
    reason = told["claim.reason"]
    assert (reason.label, reason.value, reason.source) == ("The reason given", "bought by a minor", "the buyer's word")
    assert reason.at == "1 March 2026, 11:00"
    assert (told["item.price_now"].value, told["item.price_now"].at) == ("¥12.50", "")


@pytest.mark.parametrize(
    ("value", "given", "steps"),
    [
        ("item.paid_amount / 3.0", {"item.paid_amount": 20.0}, [
            "实付 ¥20.00 ÷ 3 = ¥6.666666667",
            "四舍五入到 ¥0.01，是 ¥6.67。",
        ]),
        ("item.paid_amount", {"item.refunded_amount": 10.0, "order.refunded_amount": 12.0}, [
            "实付 ¥30.00 = ¥30.00",
            "但最多只能退还没有退的部分：这一件还剩 ¥20.00，整单还剩 ¥18.00，所以按 ¥18.00 计。",
        ]),
        ("12.5", {}, ["按条款给的数：¥12.50"]),
        ("0.1 + 0.2", {}, ["0.1 + 0.2 = ¥0.30"]),
        ("item.paid_amount * double(item.quantity - item.delivered_quantity) / double(item.quantity)",
         {"item.delivered_quantity": 1}, ["实付 ¥30.00 × （购买数量 2 − 已发数量 1） ÷ 购买数量 2 = ¥15.00"]),
        ("order.paid ? item.paid_amount : 0.0", {}, ["（如果订单已付款，取实付 ¥30.00；否则取 ¥0.00）= ¥30.00"]),
        ('double("1.5")', {}, ["按条款的算式“double(\"1.5\")”得 ¥1.50"]),
        ("item.paid_amount - 30.0", {}, ["实付 ¥30.00 − ¥30.00 = ¥0.00", "算出来没有可退的，因此交给人工。"]),
    ],
)  # fmt: skip
def test_how_an_amount_came_about(value: str, given: Json, steps: list[str]) -> None:
    told = why(proof(clause("a", "order.paid", value=value), known=facts(given, {"order.currency": "CNY"})), "zh-CN")
    assert list(told.amount) == steps


def test_an_amount_is_cut_down_where_the_limit_is_finer_than_the_unit() -> None:
    known = facts({"item.paid_amount": 10.009, "order.paid_amount": 10.009})
    told = why(proof(clause("a", "order.paid", value="item.paid_amount"), known=known), "en")
    assert told.amount == (
        "The amount paid ¥10.009 = ¥10.009",
        "Cut to ¥0.01, so as not to exceed the limit: ¥10.00.",
    )


def test_quantities_and_waits() -> None:
    owed = clause("a", "order.paid", kind="deliver", value="item.quantity - item.delivered_quantity")
    assert why(proof(owed), "en").amount == ("The quantity bought 2 − the quantity delivered 0 = 2",)
    told = why(proof(clause("a", "order.paid", kind="wait", value="45")), "zh-CN")
    assert told.summary == "请再等一等：承诺的时间是付款后 45 分钟，到 2026年3月1日 11:46。到时还没有结果，请再来问我。"
    assert told.after == ()


def test_a_need_says_what_is_missing_and_who_can_give_it() -> None:
    lines = ("order.paid", 'claim.reason == "minor"', "delivery.redeemed", "item.warranty_days > 3")
    told = why(proof(clause("a", *lines)), "zh-CN")
    assert told.summary == "还缺事实，现在不能下结论。"
    assert [(one.text, one.holds) for one in told.because][1] == ("申请的原因是“未成年人消费”：还不知道", None)
    assert told.missing == (
        "申请的原因：要由买家提供",
        "是否已兑换：要由订单系统提供，现在查不到",
        "质保天数：要由商品目录提供，现在查不到",
    )
    assert told.after == ("请买家补充后再判断。",)


def test_a_refusal_says_why_how_to_complain_and_that_a_person_can_overrule_it() -> None:
    told = why(proof(clause("final", "order.paid", kind="refuse", value="out_of_warranty")), "en")
    assert (told.verdict, told.summary) == ("Not granted", "The warranty is over.")
    assert any("12315" in one for one in told.after)
    assert any("overrule" in one for one in told.after)


def test_none_decides_and_an_engine_error_go_to_a_person() -> None:
    none = why(proof(clause("a", "order.frozen"), known=facts({"order.frozen": False})), "en")
    assert (none.clause, none.summary) == ("no clause speaks for this case", "A person decides; priority: normal.")
    broken = why(proof(clause("a", "1 / item.delivered_quantity == 1")), "zh-CN")
    assert broken.verdict == "转人工判断"
    assert broken.because[0].text == "（（1 ÷ 已发数量 0）的整数部分）等于 1：算不出来"
    assert broken.after[0] == "这里算不出结果，因此交给人工：1 / item.delivered_quantity == 1"


def test_facts_that_a_line_already_tells_are_not_told_twice() -> None:
    known = facts({"claim.reason": "minor", "claim.evidence": 2, "item.price_now": 4.0, "order.frozen": False})
    lines = ("known(claim.reason)", 'claim.reason == "minor"', "claim.evidence >= 1",
             "item.price_now * double(item.quantity) < item.paid_amount")  # fmt: skip
    told = why(proof(clause("a", *lines), known=known), "zh-CN")
    assert [one.text for one in told.because] == [
        "申请的原因是“未成年人消费”",
        "证据件数不少于 1（证据件数：2）",
        "现价 ¥4.00 × 购买数量 2 小于实付 ¥30.00",
    ]


def test_what_a_buyer_wrote_is_not_repeated() -> None:
    known = facts({"order.note": "SECRET-KEY-1"})
    told = why(proof(clause("a", 'order.note.contains("SECRET")'), known=known), "en")
    assert "SECRET-KEY-1" not in " ".join(one.text for one in told.because)


def test_amounts_carry_the_currency_that_is_granted() -> None:
    told = why(proof(clause("a", "order.paid", value="item.paid_amount"), currency="JPY", minor_unit=0), "en")
    assert told.amount == ("The amount paid ¥30 = ¥30",)
    kuwait = proof(clause("a", "order.paid", value="item.paid_amount"), currency="KWD", minor_unit=3)
    assert why(kuwait, "en").summary == "30.000 KWD can be refunded, by the way it was paid."


def test_a_change_in_words() -> None:
    given = proof(clause("final", "order.paid", kind="refuse", value="out_of_warranty"))
    late = NOW + timedelta(seconds=1)
    after = Came("grant", "after-sales/b", {"refund": {"amount": "5.00", "currency": "CNY"}}, ())
    change = Change({"delivery.redeemed": (True, False), "now": (NOW, late)}, after)
    assert change_words(change, given, "zh-CN") == (
        "如果商品还没有兑换（现在：是），并且判断的时间是2026年3月1日 12:00:01（现在：2026年3月1日 12:00），"
        "结论会变成：可以办理。可以退款 ¥5.00，原路退回。依据《after-sales/b》。"
    )
    person = Change({"claim.reason": (None, "minor")}, Came("refer", None, {"priority": "urgent"}, ()))
    assert change_words(person, given, "en") == (
        'If the reason given is "bought by a minor" (now: not known), the decision would be: A person decides.'
    )


def test_a_clause_without_conditions() -> None:
    always = replace(clause("a", "true"), then=Outcome("refer", "low"), effective=date(2026, 1, 1))
    told = why(proof(always), "en")
    assert [one.text for one in told.because] == ["No condition: it always holds"]
