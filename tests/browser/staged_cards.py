"""Every card that a server sends, before use and after it, with the words of a message above it."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
REFUND_STATES = ("requested", "approved", "executing", "in_doubt", "done", "failed", "cancelled")


def every_card(en: bool) -> list[tuple[str, list[Json]]]:
    """Text and parts of one message after the other."""

    def w(zh: str, english: str) -> str:
        return english if en else zh

    partly, name = w("部分发货", "partly delivered"), w("星云点卡 100 元（国服）", "Nebula card ¥100 (China server)")
    item = {
        "index": 0, "product_id": "x", "name": name, "quantity": 5, "delivered_quantity": 3, "paid_amount": "490.00",
        "state": "partially_delivered", "state_label": partly, "delivered_at": "2026-11-20T08:00:00Z",
        "keys_masked": ["XY••••78", "ZQ••••11"],
    }  # fmt: skip
    order = {
        "type": "order", "number": "SC20261106001", "state": "partially_delivered", "state_label": partly,
        "currency": "CNY", "paid_amount": "490.00", "created_at": "2026-11-20T07:00:00Z",
        "paid_at": "2026-11-20T07:01:00Z", "items": [item],
    }  # fmt: skip
    source = w("订单记录", "order record")
    decision = {
        "type": "decision", "id": "d1", "request": "refund", "request_label": w("退款", "refund"), "verdict": "grant",
        "verdict_label": w("可以退款", "granted"), "digest": "sha256:6f1ed002ab5595859014ebf0951522d9", "contest": True,
        "summary": w("未发的部分可以全额退款。", "What was not delivered is refunded."),
        "outcome": {"refund": {"amount": "196.00", "currency": "CNY"}},
        "clause": {
            "policy": "after-sales", "id": "r1", "title": w("未发货可全额退款", "Undelivered: full refund"),
            "effective": "2026-01-01",
        },
        "facts": [{"name": "f", "label": w("已发数量", "delivered"), "value": "3 / 5", "source_label": source}],
    }  # fmt: skip
    refused = decision | {
        "id": "d2", "verdict": "refuse", "verdict_label": w("不能通过", "not granted"), "outcome": None, "used": True,
        "summary": w("已查看的卡密不支持无理由退货。", "A key that was viewed is not taken back."),
    }  # fmt: skip
    need = decision | {
        "id": "d3", "verdict": "need", "verdict_label": w("还缺信息", "a fact is missing"), "outcome": None,
        "summary": w("还需要知道激活时间。", "The time of activation is missing."), "clause": None, "contest": False,
    }  # fmt: skip
    options = [
        {"value": "a", "label": w("卡密无效", "The key is invalid")},
        {"value": "b", "label": w("买错区了", "Wrong region")},
    ]
    choices = {"type": "choices", "id": "c1", "options": options, "used": None}
    listed = choices | {"id": "c2", "options": [{"value": "o1", "label": f"SC20261106001 · {name} · {partly}"}]}
    fields = [
        {
            "name": "number",
            "label": w("订单号", "Order number"),
            "kind": "text",
            "required": True,
            "placeholder": "SC…",
        },
        {"name": "proof", "label": w("查询密码", "Lookup password"), "kind": "secret", "required": True},
        {"name": "why", "label": w("原因", "Reason"), "kind": "select", "required": False, "options": options},
    ]
    form = {"type": "form", "id": "fo1", "fields": fields, "submit_label": w("提交", "Submit"), "used": False}
    confirm = {
        "type": "confirm", "id": "co1", "title": w("提交退款申请？", "Submit the refund request?"), "amount": "196.00",
        "text": w("退到原支付方式，提交后由店铺处理。", "To the original payment method, handled by the shop."),
        "currency": "CNY", "yes_label": w("提交", "Submit"), "no_label": w("先不退", "Not now"), "used": None,
    }  # fmt: skip
    ticket = {
        "type": "ticket", "id": "t1", "number": "T-1042", "reason": "key_invalid", "queue": "support", "state": "open",
        "reason_label": w("卡密无效", "key invalid"), "priority": "high", "priority_label": w("高", "high"),
        "state_label": w("处理中", "in progress"), "due_at": "2036-11-20T10:00:00Z",
    }  # fmt: skip
    handoff = {
        "type": "handoff", "stage": "queued", "position": 2, "eta_s": 600, "reason": "asked",
        "text": w("已转人工", "A person was asked for"),
    }  # fmt: skip
    article = {
        "type": "article", "id": "redeem", "title": w("如何兑换星云点卡", "How to redeem a Nebula card"),
        "lang": "en" if en else "zh-CN",
    }  # fmt: skip
    refund: Json = {"type": "refund", "id": "R-1", "state": "", "amount": "196.00", "currency": "CNY"}
    used: list[Json] = [form | {"id": "fo2", "used": True}, confirm | {"id": "co2", "used": "yes"}]
    return [
        (w("付款后一般几分钟内发货[1]。", "Delivery takes a few minutes[1]."), []),
        ("", [order]),
        (w("未发的 2 件可以退。", "Two are refundable."), [decision, confirm]),
        (w("这张订单不能无理由退货。", "No change of mind here."), [refused]),
        (w("还差一项。", "One thing is missing."), [need]),
        (w("是哪种情况？", "Which is it?"), [choices]),
        (w("是哪张订单？", "Which order?"), [listed]),
        (w("已选过的：", "Chosen before:"), [choices | {"id": "c3", "used": "a"}]),
        (w("请填写：", "Please fill in:"), [form]),
        (w("已提交：", "Submitted:"), [*used, confirm | {"id": "co3", "used": "no"}]),
        (w("已为您登记：", "Noted:"), [ticket, handoff, article]),
        (w("退款进度：", "Your refund:"), [refund | {"id": f"R-{n}", "state": s} for n, s in enumerate(REFUND_STATES)]),
        (w("补发进度：", "Your replacement:"), [refund | {"id": "R-9", "state": "done", "kind": "reissue"}]),
    ]
