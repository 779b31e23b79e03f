"""A decision in words, for a terminal: Chinese, with the names that files and facts have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from knowledge_base.shop import ShopFolder
from support.policy.decision import Decision

VERDICTS = {"grant": "同意", "refuse": "拒绝", "refer": "转人工", "need": "还缺事实"}
OUTCOMES = {
    "refund": "退款",
    "deliver": "补发数量",
    "reissue": "换发数量",
    "exchange": "换成商品",
    "wait": "自付款起等待分钟",
    "reason": "理由",
    "priority": "优先级",
}
VALUES = {True: "是", False: "否", "unknown": "未知", "error": "出错"}


def explanation(folder: ShopFolder, decision: Decision) -> str:
    """Verdict, clause, missing facts, every line tried, every fact known, and the proof's digest."""
    return "\n".join(_lines(folder, decision))


def _lines(folder: ShopFolder, decision: Decision) -> Iterator[str]:
    yield f"结论：{VERDICTS[decision.verdict]}{_outcome(decision.outcome)}"
    if decision.clause is None:
        yield "条款：没有条款作出决定"
    else:
        ref = decision.clause
        yield f"条款：{_title(folder, decision)}（{ref.policy}/{ref.id}，{ref.effective} 起生效）"
    if decision.missing:
        yield f"缺少：{'、'.join(decision.missing)}"
    if decision.error:
        yield f"引擎出错：{decision.error}"
    yield from _tried(decision.proof["trace"])
    yield from _known(decision.proof["facts"])
    yield f"证明：sha256 {decision.proof['digest']}（--json 可得全文，anxin policy verify 可复核）"


def _outcome(outcome: Mapping[str, Any] | None) -> str:
    if not outcome:
        return ""
    ((kind, value),) = outcome.items()
    shown = f"{value['amount']} {value['currency']}" if isinstance(value, Mapping) else value
    return f"，{OUTCOMES[kind]} {shown}"


def _title(folder: ShopFolder, decision: Decision) -> str:
    ref = decision.clause
    for version in folder.policies:
        for clause in version.clauses:
            if ref and (clause.policy, clause.id, clause.sha256) == (ref.policy, ref.id, ref.sha256):
                return clause.title
    return ""


def _tried(trace: list[Mapping[str, Any]]) -> Iterator[str]:
    yield "经过："
    for entry in trace:
        value = entry["value"]
        shown = VALUES[value] if isinstance(value, bool | str) else value
        yield f"  {entry['clause']}  {entry['line']}  → {shown}"


def _known(facts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield "事实："
    for name, fact in facts.items():
        value = fact["value"]
        yield f"  {name} = {VALUES[value] if isinstance(value, bool) else value}  （{fact['source']}）"
