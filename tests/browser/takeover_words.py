"""What buyer and agents say in the story of a takeover, and what the pages say to them, in both languages."""

from __future__ import annotations

ZH = {
    "locale": "zh-CN", "question": "付款后多久发货", "wish": "我不想要了，退款", "refused": "已确认不支持无理由退货",
    "contest": "申请复核", "ahead": "前面 {} 人", "next": "马上就到您了", "assigned": "已接手", "taken": "已接入",
    "wants": "退款。原话：“我不想要了，退款”", "verdict": "不能通过", "step": "复核这次拒绝",
    "reply": "您好，这张订单由我来复核。", "note": "买家上月也退过一次，先看上游记录", "more": "可以用支付宝付款吗",
    "while_away": "补充一句：激活码还没有用过", "reply_away": "收到，我在核对激活记录。",
    "again": "还是不行，请转人工", "solved": "问题解决了吗",
}  # fmt: skip
EN = {
    "locale": "en-US", "question": "How long does delivery take?", "wish": "I changed my mind, refund please",
    "refused": "No returns for a change of mind", "contest": "review asked for", "ahead": "{} ahead",
    "next": "You are next", "assigned": "has taken", "taken": "has taken",
    "wants": "Refund. In the buyer's words: \"I changed my mind, refund please\"", "verdict": "Not granted",
    "step": "Review this refusal", "reply": "Hello, I will review this order for you.",
    "note": "refunded once last month, look at the supplier's record first", "more": "Can I pay with Alipay?",
    "while_away": "One more thing: the key has not been used", "reply_away": "Thanks, I am checking its activation.",
    "again": "It still does not work, I want to talk to a person", "solved": "solved",
}  # fmt: skip
