"""A person, asked for outright: whatever else a message says, one of its clauses alone demands nothing but that.

The trained head hears all other ways of asking. This is its floor: who says 转人工 is never answered by a machine.
"""

from __future__ import annotations

import re

from retrieval.analysis import normalise
from support.assistant.guard import visible

_CLAUSES = re.compile(r"[,.。!?;、:~\n]+")
"""Of a text whose full-width forms are folded."""
_CHINESE = re.compile(
    r"(?:请|麻烦|拜托|求|快|赶紧|马上|立即|立刻|现在|直接|还是|帮|给|我|你们?|您|就|要|想|需要|必须|能不能|能|可以|可否)*"
    r"(?:转接|转|找|叫|换|联系|接|来|要|派)(?:到|给|下|一下|成|换)*(?:一?[个名位])?"
    r"(?:人工|真人|活人)(?:的)?(?:客服|服务|坐席|人员|处理)*"
    r"(?:来|过来|吧|呗|呢|啊|谢谢|处理|解决|服务|看看|跟我说|跟我聊|可以吗|行吗|好吗|好不好|一下|吗)*"
    r"|(?:人工|真人)(?:客服|服务|坐席)?(?:来|吧|呢|在吗|谢谢)*|人工人工"
    # who wants one, and says for what: 我要找人工问什么时候补货
    r"|(?:我|就|还是|只)*(?:要|想要?|需要|必须)(?:转接|转|找|叫|换|联系)(?:一?[个名位])?(?:人工|真人|活人)(?:客服|坐席)?"
    r"(?:来|帮我|给我|去)?(?:问|咨询|了解|确认|核实|核对|查|说|聊|谈|讲|处理|解决|看).{0,40}"
)
_ENGLISH = re.compile(
    r"(?:(?:please|pls|ok|okay|just|now|and|then|so|hi|hello)\s+)*"
    r"(?:i\s+(?:just\s+)?(?:want|need|demand|wanna|would like|wish)\s+(?:to\s+)?|i'd like\s+(?:to\s+)?|let me\s+"
    r"|(?:can|may|could) i\s+|(?:can|could|will|would) you\s+(?:please\s+)?)?"
    r"(?:(?:speak|talk|chat)\s+(?:to|with)|(?:transfer|connect|hand|pass|put) me (?:over |on |through )?(?:to|with)"
    r"|get me|give me|have)?\s*(?:a|an|the|some|any)?\s*(?:(?:real|live|actual|human)\s+)*"
    r"(?:human|(?:real|live|actual) person|human being|(?:human|live|customer service) agent|human support"
    r"|representative)"
    r"(?:\s+(?:please|pls|now|right now|immediately|asap|thanks))*",
)
_BARE = re.compile(r"(?:a|an|the|some|any|have)?\s*(?:human|representative)")
"""One word alone, as in a list, is left to the head."""


def demands_a_person(text: str) -> bool:
    """Whether some clause of it is such a demand and nothing else."""
    for clause in _CLAUSES.split(normalise(visible(text))):
        said = clause.strip()
        if _CHINESE.fullmatch(said.replace(" ", "")):
            return True
        if _ENGLISH.fullmatch(said) and not _BARE.fullmatch(said):
            return True
    return False
