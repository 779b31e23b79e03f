"""Keys of goods in what people write: masked before anything keeps or sends it."""

from __future__ import annotations

import re

# Chinese stands against a key without a space: `\w` and `\b` would take its characters for the key's own.
GROUPED = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9]{3,8}(?:-[A-Za-z0-9]{3,8}){2,7}(?![A-Za-z0-9_-])")
LABELLED = re.compile(
    r"(?P<label>(?:卡密|激活码|兑换码|充值码|密钥|卡号|(?:card|license|licence|activation|redeem|product|cd)\s?(?:key|code)"
    r"|(?<![A-Za-z])(?:key|cdk|pin))\s*(?:是|为|is|was)?\s*[:：=]?\s*)(?P<key>[A-Za-z0-9][A-Za-z0-9-]{7,63})",
    re.IGNORECASE,
)
DIGIT = re.compile("[0-9]")
"""A key has one, and most messages have none."""
LAST = 4


def mask_keys(text: str) -> str:
    """`AB12-CD34-EF56` becomes `••••EF56`, and so does a code that is called a key; all else stays.

    Order numbers have no groups and no such label. What is too short to be told from a word stays.
    """
    if DIGIT.search(text) is None:
        return text
    text = LABELLED.sub(lambda match: match["label"] + _masked(match["key"]), text)
    return GROUPED.sub(lambda match: _masked(match.group()), text)


def _masked(key: str) -> str:
    digits, groups = any(char.isdigit() for char in key), key.count("-") + 1
    telephone = key.replace("-", "").isdigit() and groups == 3
    return f"••••{key[-LAST:]}" if digits and not telephone else key
