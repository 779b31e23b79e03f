"""What is wrong with an expression, by code and in Chinese: read off the English message that names it."""

from __future__ import annotations

import re

from knowledge_base.errors import Fault
from knowledge_base.fault_words import as_shown, remedy_in_chinese

_KINDS: tuple[tuple[str, str, str], ...] = (
    ("unknown_fact", r"(?P<a>\S+) alone is not a fact(?:; (?P<rest>.*))?", "{a} 本身不是事实"),
    ("unknown_fact", r"(?P<a>\S+) is not a fact: (?P<b>\S+) has no members", "{a} 不是事实：{b} 下面没有别的"),
    ("unknown_fact", r"(?P<a>\S+) is not a fact(?:; (?P<rest>.*))?", "没有 {a} 这个事实"),
    ("value", r"(?P<a>\S+) is never (?P<b>'.*?')(?:; (?P<rest>.*))?", "{a} 不会是 {b}"),
    ("type", r"(?P<a>.+): unlike types do not compare(?:; (?P<rest>.*))?", "{a}：类型不同，不能比较"),
    ("type", r"(?P<a>.+): unlike types are never equal(?:; (?P<rest>.*))?", "{a}：类型不同，永远不会相等"),
    ("type", r"(?P<a>.+) cannot be computed(?:; (?P<rest>.*))?", "{a}：不能这样计算"),
    ("type", r"(?P<a>\S+) has no order(?:; (?P<rest>.*))?", "{a} 没有大小之分"),
    (
        "type", r"(?P<a>\S+) needs (?P<b>.+?), and (?P<c>.+) is (?P<d>\S+?)(?:; (?P<rest>.*))?",
        "{a} 需要 {b}，而 {c} 是 {d}",
    ),
    ("type", r"\? gives (?P<a>\S+) or (?P<b>\S+); .*", "? 的两边是 {a} 和 {b}，必须是同一类型"),
    ("type", r"(?P<a>.+)\(\) takes (?P<b>.+?), and (?P<c>.+) is (?P<d>\S+)", "{a}() 需要 {b}，而 {c} 是 {d}"),
    (
        "type",
        r"(?P<a>.+) must be true or false, and this is (?P<b>\S+); .*",
        "这一行必须是真或假，现在是 {b}；请与别的值比较",
    ),
    (
        "type",
        r"(?P<a>.+) is an amount, a double, and this is an int; (?P<rest>.*)",
        "{a} 是金额（double），现在是整数（int）",
    ),
    (
        "type",
        r"(?P<a>.+) is a whole number, an int, and this is a double; (?P<rest>.*)",
        "{a} 是整数（int），现在是 double",
    ),
    ("type", r"(?P<a>.+) must be (?P<b>\S+), and this is (?P<c>\S+)", "{a} 必须是 {b}，现在是 {c}"),
    ("type", r"division by zero", "除数是零"),
    ("type", r"there are no days in a duration; (?P<rest>.*)", "时长不能用天"),
    ("type", r"(?P<a>.+) is no duration; (?P<rest>.*)", "{a} 不是时长"),
    ("type", r"a list holds one type, and this one (?P<a>.+)", "一个列表只能有一种类型，现在有 {a}"),
    ("form", r"the index form (?P<a>.+?) is not used; (?P<rest>.*)", "不能用下标写法 {a}"),
    ("form", r"has\(\) is not used; (?P<rest>.*)", "不能用 has()"),
    ("form", r"null is not used: .*; (?P<rest>write .*)", "不能用 null：事实只有知道和不知道"),
    ("form", r"maps are not used in clauses; .*", "条款里不能用映射，请写列表，或分成几条"),
    ("form", r"there is no (?:function|method) (?P<a>.+?\(\))(?:; (?P<rest>.*))?", "没有 {a}"),
    (
        "form",
        r"known\(\) takes one fact's name, such as (?P<a>[^;]+)(?:; (?P<rest>.*))?",
        "known() 里写一个事实的名字，例如 {a}",
    ),
    ("engine", r"the engine cannot read this: (?P<a>.*); write it more simply", "引擎读不懂：{a}；请写得简单一些"),
)  # fmt: skip
_READ = tuple((code, re.compile(pattern, re.DOTALL), zh) for code, pattern, zh in _KINDS)


def expression_fault(file: str, line: int, text: str, problem: str, *, syntax: bool = False) -> Fault:
    """A mistake in an expression, with its code and Chinese words; what has none is told in English."""
    message = f"{text}: {problem}"
    if syntax:
        return Fault(file, line, message, "expression.syntax", zh=f"“{text}”写法有误：{problem}", en=message)
    for code, pattern, zh in _READ:
        if match := pattern.fullmatch(problem):
            parts = {name: value or "" for name, value in match.groupdict().items()}
            rest = remedy_in_chinese(parts.pop("rest", ""))
            said = zh.format(**{name: as_shown(value) for name, value in parts.items()}) + (f"；{rest}" if rest else "")
            return Fault(file, line, message, f"expression.{code}", zh=f"“{text}”：{said}", en=message)
    return Fault(file, line, message, "expression.type", zh=f"“{text}”有误：{problem}", en=message)
