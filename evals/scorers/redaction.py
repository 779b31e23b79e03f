"""`redaction`: of drawn personal data in chat sentences, how much of each kind is taken out, and how much else is.

Recall of a kind is the share of its pieces of which nothing is left by which it could be found again; precision the
share of the marks of a kind that stand where one was; `redaction_kept` the share of amounts and days that stay, and of
orders that are not taken for anybody. The sentences are ours and invented: they show that a change made it worse.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from evals.fault import Found
from evals.personal import HELD, MAKES, ORDERS, Sentence, corpus
from evals.report import Row, share
from evals.stage import Stage
from support.assistant.guard import visible
from support.assistant.redact import redacted

SEED, EACH = 20261128, 300
MARKS = {
    "mobile": "[phone]", "landline": "[phone]", "identity": "[identity number]", "card": "[bank card]",
    "email": "[e-mail]", "wechat": "[contact]", "qq": "[contact]", "name": "[name]", "address": "[address]",
    "plate": "[plate]",
}  # fmt: skip
MARK = re.compile(r"\[(?:phone|identity number|bank card|e-mail|contact|name|address|plate)\]")
LEFT = 4
"""So many characters in a row of a number are a piece by which it could be guessed."""


def score(stage: Stage) -> Found:
    """Redact the whole corpus."""
    stage.progress("redaction")
    return Found((*measured(corpus(SEED, EACH)), held()), ())


def held() -> Row:
    """The same of sentences that were written apart, all kinds together."""
    gone = sum(is_gone(written, redacted(text)) for _, written, text in HELD)
    return share("redaction_recall_held", gone, len(HELD))


def measured(sentences: Iterable[Sentence]) -> list[Row]:
    """A row of recall for each kind, of precision for each mark, and of what stays."""
    gone, held, marks, right = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    kept = keeps = 0
    for one in sentences:
        out = redacted(one.text)
        wanted = Counter(MARKS[kind] for kind, _ in one.holds)
        for kind, written in one.holds:
            held[kind] += 1
            gone[kind] += is_gone(written, without(out, one.keeps))
        found = Counter(MARK.findall(out))
        marks += found
        right += found & wanted
        for piece in one.keeps:
            keeps += 1
            kept += visible(piece) in out or (piece in ORDERS and not found)
    rows = [share(f"redaction_recall_{kind}", gone[kind], held[kind]) for kind in MAKES]
    rows += [
        share(f"redaction_precision_{re.sub('[^a-z]+', '_', mark.strip('[]'))}", right[mark], marks[mark])
        for mark in dict.fromkeys(MARKS.values())
    ]
    return [*rows, share("redaction_kept", kept, keeps)]


def without(out: str, keeps: Iterable[str]) -> str:
    """What is to stay is no piece of what is to go."""
    for piece in keeps:
        out = out.replace(visible(piece), "|")
    return out


def is_gone(written: str, out: str) -> bool:
    """Whether nothing of it is left by which it could be found again."""
    bare = re.sub(r"[\s·－—-]", "", visible(written))
    left = re.sub(r"[\s·－—-]", "", MARK.sub("|", out))
    if len(bare) <= LEFT:
        return bare not in left
    return not any(bare[at : at + LEFT] in left for at in range(len(bare) - LEFT + 1))
