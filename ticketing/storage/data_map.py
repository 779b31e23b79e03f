"""Where the record keeps what is about a buyer: every such column, what it is, how long it stays, what erasing does.

An export shows what is told of here and an erasure carries it out, so that the map cannot be wrong about either; a test
fails for a column that stands neither here nor in `data_map_other`. A page of the documents is made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

ERASED = "[已删除 · erased]"
"""What stands where somebody's words were."""


class Fate(Enum):
    """What an erasure does with a column, but for those that get a value."""

    KEEP = "keep"
    ALIAS = "alias"


KEEP, ALIAS = Fate.KEEP, Fate.ALIAS


@dataclass(frozen=True, slots=True)
class Put:
    """The value that an erasure leaves; where nothing stood, nothing stands."""

    value: Any


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds of a buyer; `shown` is whether an export tells it."""

    holds: str
    fate: Fate | Put = KEEP
    shown: bool = True


Reach = Literal[
    "owner",
    "sender",
    "visitor",
    "conversation",
    "message",
    "files",
    "ticket",
    "refund",
    "claim",
    "account",
    "person",
    "held",
]
"""By what the rows of somebody are found."""
Stays = Literal["chat", "files", "questions", "access", "money", "risk", "days"]
STAYS: Mapping[Stays, str] = {
    "chat": "`chat_days`, `dispute_days`", "files": "`files_days`", "questions": "`questions_days`",
    "access": "`access_days`", "money": "as a record of a transaction", "risk": "400 days", "days": "some days",
}  # fmt: skip
Why = tuple[str, str]
"""A reason in English and in Chinese."""


@dataclass(frozen=True, slots=True)
class Personal:
    """A table with rows about buyers. `drop` is whether an erasure deletes them whole."""

    reach: Reach
    title: Why
    stays: Stays
    columns: Mapping[str, Column]
    drop: bool = False
    why: Why = ("", "")
    """Why what stays after an erasure stays."""


WORDS, NOTHING = Put(ERASED), Put("")
ORDER = Column("number of an order")
LAW: Why = (
    "kept as the record of a transaction (E-commerce Law, art. 31: at least three years), without who it was",
    "依法作为交易记录保留（《电子商务法》第三十一条：不少于三年），不再对应到个人",
)
CHAIN: Why = (
    "the chain of hashes stays whole; what people wrote stood beside it and is gone",
    "哈希链保持完整；人所写的内容存于链外，已删除",
)
SKELETON: Why = (
    "that something was said, when and by which side; not what",
    "只留下何时由哪一方说过话，不留内容",
)
PEOPLE: Mapping[str, Personal] = {
    "conversations": Personal("owner", ("Conversations", "会话"), "chat", {
        "owner": Column("the buyer's id in the shop, or a visitor's", ALIAS),
        "name": Column("by what a command line finds it", Put(None)), "subject": Column("first words", WORDS),
        "memory": Column("what the assistant remembers of it", Put({})),
    }, why=SKELETON),
    "messages": Personal("conversation", ("Messages", "消息"), "chat", {
        "author_name": Column("the buyer's id, or an agent's shown name", ALIAS), "text": Column("words", WORDS),
        "parts": Column("cards and files in it", Put([])),
        "citations": Column("passages of the shop's own that it quotes"),
    }, why=SKELETON),
    "turns": Personal("message", ("Steps of the assistant", "助手的步骤"), "chat", {
        "trace": Column("how the assistant came to an answer", Put({})),
    }, why=SKELETON),
    "events": Personal("conversation", ("What pages were told", "推送记录"), "chat", {
        "body": Column("the same words once more, for pages that come back", WORDS, shown=False),
    }, why=(
        "the order of what happened, from which reports are counted; no words", "只留事件先后供报表统计，不留内容",
    )),
    "notes": Personal("conversation", ("Agents' notes", "客服备注"), "chat", {
        "text": Column("words of agents about the case", WORDS),
    }, why=SKELETON),
    "ratings": Personal("conversation", ("Ratings", "评价"), "chat", {
        "comment": Column("words", NOTHING), "score": Column("of five"), "solved": Column("whether it was solved"),
        "tags": Column("chosen from a list"),
    }, why=("scores are counted in reports; the comment is gone", "分数计入报表；文字评论已删除")),
    "uploads": Personal("files", ("Files", "文件"), "files", {
        "owner": Column("who sent it", ALIAS), "name": Column("the file's name", NOTHING),
        "gone_at": Column("since when the file itself is gone"), "sha256": Column("fingerprint of the file"),
        "given_sha256": Column("fingerprint as it came", shown=False),
    }, why=(
        "that a file was sent, and its fingerprint, which evidence names", "只留有过文件这一事实及其指纹，供证据核对",
    )),
    "unanswered": Personal("conversation", ("Questions without an answer", "未答问题"), "questions", {
        "text": Column("words, numbers and addresses taken out"),
    }, drop=True),
    "order_grants": Personal("owner", ("Orders opened", "已验证的订单"), "chat", {
        "owner": Column("who proved it"), "order_no": ORDER,
    }, drop=True),
    "proof_attempts": Personal("owner", ("Tries to open an order", "验证尝试"), "days", {
        "owner": Column("who tried"), "order_no": ORDER,
    }, drop=True),
    "commands": Personal("sender", ("Answers to commands", "指令回执"), "days", {
        "sender": Column("who sent it"), "ack": Column("what was answered"),
        "sha256": Column("fingerprint of what was sent", shown=False),
        "owes": Column("what came with a message that is owed an answer, proofs of orders among it", shown=False),
    }, drop=True),
    "visitors": Personal("visitor", ("Visitors", "访客"), "chat", {
        "id": Column("a random number"), "token_sha256": Column("fingerprint of its browser's token", shown=False),
    }, why=(
        "a random number with nothing behind it, by which whoever returns is told what happened",
        "只是一个随机号，其下已无内容；本人再来时据此告知处理结果",
    )),
    "claims": Personal("owner", ("Claims", "诉求"), "risk", {
        "owner": Column("who claimed", ALIAS), "contact": Column("keyed mark of the order's contact", Put(None), False),
        "account": Column("keyed mark of the order's account", Put(None), False), "order_no": ORDER,
        "reason": Column("what was claimed"),
    }, why=LAW),
    "claim_keys": Personal("claim", ("Marks of keys claimed about", "卡密指纹"), "risk", {
        "mark": Column("keyed mark of the goods' key", shown=False),
    }, why=("marks of the shop's goods; of nobody", "只是商品卡密的指纹，不对应到个人")),
    "risk_reports": Personal("conversation", ("Signals of risk", "风险提示"), "chat", {
        "report": Column("what was found, withheld so that it cannot be learned from", shown=False), "order_no": ORDER,
    }, drop=True),
    "order_events": Personal("account", ("What the store told", "店铺推送"), "money", {
        "buyer": Column("the buyer's id in the store", Put(None)), "order_no": ORDER, "amount": Column("money"),
    }, why=LAW),
    "conversation_orders": Personal("conversation", ("Orders spoken of", "谈及的订单"), "money", {"order_no": ORDER},
        why=LAW),
    "decisions": Personal("conversation", ("Decisions", "决定"), "money", {
        "order_no": ORDER, "proof": Column("facts of the order and the clause, with a digest"),
    }, why=LAW),
    "decision_reviews": Personal("conversation", ("Answers to decisions", "对决定的复核"), "money", {
        "order_no": ORDER, "reason": Column("why an agent decided so"),
    }, why=LAW),
    "tickets": Personal("conversation", ("Tickets", "工单"), "money", {
        "order_no": ORDER, "resolution": Column("words of agents", WORDS), "tags": Column("set by agents"),
        "missing": Column("facts that were asked for"),
    }, why=LAW),
    "ticket_links": Personal("ticket", ("Orders and chats of tickets", "工单关联"), "money", {
        "value": Column("number of an order, or id of a chat"),
    }, why=LAW),
    "ticket_merges": Personal("ticket", ("Merged tickets", "工单合并"), "money", {
        "before": Column("how it stood before: states and times", shown=False),
    }, why=LAW),
    "supplier_requests": Personal("conversation", ("Questions to suppliers", "供货商核验"), "money", {
        "question": Column("words of agents", WORDS), "answer_text": Column("words of a supplier", WORDS, shown=False),
        "supplier": Column("trade secret", shown=False), "goods": Column("keys, masked", shown=False),
    }, why=LAW),
    "refunds": Personal("conversation", ("Refunds", "退款"), "money", {
        "order_no": ORDER, "amount": Column("money"), "reason": Column("why, as an agent wrote it"),
        "reference": Column("number of the payment service"), "key": Column("keyed number", shown=False),
        "holds": Column("what kept it waiting, withheld as signals of risk are", shown=False),
    }, why=LAW),
    "refund_changes": Personal("refund", ("Steps of refunds", "退款步骤"), "money", {
        "cause": Column("why, as an agent wrote it"), "reference": Column("number of the payment service"),
    }, why=LAW),
    "reissued_keys": Personal("refund", ("Keys given again", "补发的卡密"), "money", {
        "masked": Column("the last characters of a key"), "mark": Column("keyed mark", shown=False),
    }, why=LAW),
    "evidence_entries": Personal("ticket", ("Evidence", "证据"), "money", {
        "open": Column("states, amounts and numbers; never words"), "salt": Column("of the chain", shown=False),
        "commitments": Column("of the chain", shown=False),
    }, why=CHAIN),
    "evidence_parts": Personal("ticket", ("Texts of evidence", "证据原文"), "chat", {
        "value": Column("words, and what a decision rested on", Put(None), shown=False),
        "salt": Column("of the chain", shown=False),
    }, why=("references of payments, and who supplied; words are gone", "只留支付流水号与供货方；文字已删除")),
    "webhook_deliveries": Personal("conversation", ("What other systems were told", "推送给其他系统"), "days", {
        "body": Column("ids and states; never words", shown=False),
    }, drop=True),
    "access_log": Personal("owner", ("Who looked at it", "查看记录"), "access", {
        "owner": Column("whose it was", ALIAS), "agent_name": Column("the agent's shown name"),
        "what": Column("a conversation, evidence or a file"), "subject": Column("which"),
    }, why=("who of the shop looked at what is to be answered for", "谁查看过什么需可追溯")),
    "privacy_requests": Personal("person", ("Requests about one's data", "隐私请求"), "access", {
        "person": Column("about whom", ALIAS), "note": Column("words of who took it down", WORDS),
        "asked_by": Column("themselves, or somebody for them"), "identity": Column("how it was made sure who asks"),
        "answer": Column("what was answered", WORDS), "outcome": Column("how many rows of what"),
    }, why=("that it was asked and done is to be answered for", "何时提出、何时办结需可追溯")),
    "legal_holds": Personal("held", ("Legal holds", "依法保全"), "access", {
        "subject": Column("what is held", ALIAS, shown=False), "reason": Column("why", WORDS, shown=False),
    }, why=("a hold that was lifted is to be answered for", "已解除的保全需可追溯")),
}  # fmt: skip


def data_map_table() -> str:
    """The map as a Markdown table."""
    lines = ["| where | what | stays | an erasure | told in an export |", "|---|---|---|---|---|"]
    for name, personal in PEOPLE.items():
        for key, column in personal.columns.items():
            fate, shown = _fate(personal, column), "yes" if column.shown else "no"
            lines.append(f"| `{name}.{key}` | {column.holds} | {STAYS[personal.stays]} | {fate} | {shown} |")
    return "\n".join(lines) + "\n"


def _fate(personal: Personal, column: Column) -> str:
    if personal.drop:
        return "deletes the row"
    if column.fate is ALIAS:
        return "puts a random name"
    return "keeps it" if column.fate is KEEP else "takes it out"
