"""What is said against a step of a refund, in the language of whoever took it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from knowledge_base.fault_words import chinese

WORDS = Path(__file__).with_name("refund_words.toml")


def refusal(message: str, lang: str) -> str:
    """The message in Chinese, where that is wanted and words for it are there."""
    return (chinese(message, WORDS) if lang.startswith("zh") else "") or message


def why_not(state: str, holds: Iterable[str]) -> str:
    """Why one that was to be carried out was put back, or called off."""
    if state == "cancelled":
        return "it was called off: the store gave it back by itself"
    return f"held by {', '.join(holds)}: a senior approves it once more"
