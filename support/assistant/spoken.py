"""Order numbers and proofs as people say them: short, in any form, once it is plain that they are meant."""

from __future__ import annotations

import re
from dataclasses import replace

from support.assistant.entities import Entities
from support.assistant.language import is_word

_CODE = r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}"
_AFTER_ORDER = re.compile(
    rf"(?:订单|訂單|单子|这单|我的单|单号|\border)\s*(?:号码?|編號|编号|number|no\.?|id|#)?\s*(?:是|为|is)?\s*[:：#]?\s*(?P<code>{_CODE})",
    re.IGNORECASE | re.ASCII,
)
_AFTER_PROOF = re.compile(
    r"(?:密码|密碼|口令|\bpassword|\bpasscode|\bpwd)\s*(?P<link>(?:是|为|is)?\s*[:：=]?)\s*(?P<code>[^\s,，。;；]{1,64})",
    re.IGNORECASE,
)
_WORD = re.compile(rf"(?<![A-Za-z0-9_@.•-]){_CODE}(?![A-Za-z0-9_@-])", re.ASCII)

_PAIR = re.compile(
    r"\s*(?P<number>[A-Za-z]{1,6}[-_]?[0-9]{3,})[\s,，、/|]+(?P<proof>[^\s\u0080-\uffff]{4,64})\s*", re.ASCII
)
"""A number and what proves it, and nothing else: “LU1007 p1007”. Alone, or in a sentence, LU1007 may be a model."""
_COUNTED = re.compile(r"\d+[a-z]*", re.IGNORECASE | re.ASCII)


def as_spoken(
    found: Entities, text: str, asked: frozenset[str], known: bool = False, named: frozenset[str] = frozenset()
) -> Entities:
    """The entities, with a number named as the order's, or answered where one was asked for, and a named proof.

    `named`: numbers that belong to the names of the products that `text` names, so that they are no order's.
    `known`: a number was given before. A bare code is then another try at the proof, not another number.
    """
    numbers, proofs = found.order_numbers, found.proof_candidates
    if not numbers:
        answers = "order.number" in asked and not known and not _AFTER_PROOF.search(text)
        numbers = _labelled(text) or (_answered(text, named) if answers else ())
    if not numbers and not asked and (pair := _pair(text)):
        numbers, proofs = (pair[0],), () if "@" in pair[1] else (pair[1],)
    if not proofs and (match := _AFTER_PROOF.search(text)) and _may_be_proof(match):
        proofs = (match["code"],)
    return replace(found, order_numbers=numbers, proof_candidates=tuple(p for p in proofs if p not in numbers))


def _pair(text: str) -> tuple[str, str] | None:
    """A short number with the password or contact beside it, in a message of these two alone; no “RTX4090 20pcs”."""
    pair = _PAIR.fullmatch(text)
    if pair is None or (not any(map(str.isdigit, pair["proof"])) and "@" not in pair["proof"]):
        return None
    counted = _COUNTED.fullmatch(pair["proof"]) and not pair["proof"].isdigit()
    return None if counted else (pair["number"], pair["proof"])


def _may_be_proof(match: re.Match[str]) -> bool:
    """Whether a password is told, and not spoken of: “密码我忘了”, “the password for my order”."""
    code = match["code"]
    return bool(match["link"]) or any(char.isdigit() for char in code) or (code.isascii() and not is_word(code))


def _labelled(text: str) -> tuple[str, ...]:
    found = (match["code"] for match in _AFTER_ORDER.finditer(text))
    return tuple(code for code in found if any(char.isdigit() for char in code))[:1]


def _answered(text: str, named: frozenset[str]) -> tuple[str, ...]:
    """The code in an answer to "which order?"; a second one is the proof, and of more none is taken for it."""
    codes = [code for code in _WORD.findall(text) if any(map(str.isdigit, code)) and code not in named]
    return tuple(codes[:1]) if 1 <= len(codes) <= 2 else ()
