"""`python -m support.assistant.phrases.terms`: write the desk's words for what buyers and agents call the same."""

from __future__ import annotations

import json
from pathlib import Path

from support.assistant.phrases import section

TERMS = Path(__file__).parents[3] / "widget" / "src" / "desk" / "terms.ts"
CHINESE, ENGLISH = "zh-CN", "en"
SHARED = ("reason", "queue", "priority", "request", "verdict", "state", "fact")
"""Sections of the phrases that an agent reads as a buyer does; where not, `labels.ts` says otherwise."""
DOTTED = "fact"
"""The section whose codes have dots, `order.paid`, and its phrases an underscore for the first of them."""
HEAD = """/** Words for codes, by kind. Made from support/assistant/phrases by `make contract`; do not edit. */
export type Table = Record<string, readonly [zh: string, en: string]>;
"""


def terms() -> str:
    """The whole file."""
    return "\n".join([HEAD, *(_table(name) for name in SHARED)])


def _table(name: str) -> str:
    english = section(ENGLISH, name)
    rows = (
        f"  {_code(name, key)}: {json.dumps([word, english[key]], ensure_ascii=False)},\n"
        for key, word in section(CHINESE, name).items()
    )
    return f"export const {name}: Table = {{\n{''.join(rows)}}};\n"


def _code(name: str, key: str) -> str:
    code = key.replace("_", ".", 1) if name == DOTTED else key
    return code if code.isidentifier() else json.dumps(code)


if __name__ == "__main__":
    TERMS.write_text(terms(), "utf-8")
