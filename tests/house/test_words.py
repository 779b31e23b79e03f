"""Every code of the record has its words, in both languages, for buyers and for agents."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from knowledge_base.facts import ASKED_OF_THE_BUYER, DELIVERY_KINDS, DELIVERY_STATES, FACTS
from knowledge_base.folder import read_directory
from knowledge_base.policy import REASONS, REQUESTS
from knowledge_base.product import PRODUCT_KINDS
from knowledge_base.reader import read_shop
from support.assistant.cards import SOURCES
from support.assistant.phrases import keys
from support.assistant.phrases.terms import TERMS, terms
from support.assistant.plan import Plan
from support.assistant.state import TicketRequest
from support.assistant.topics import TOPICS
from support.assistant.wording import refusal_word
from support.policy.decision import Verdict
from ticketing.ticket import LEAST, PRIORITIES, TRANSITIONS, WORK_QUEUES

ROOT = Path(__file__).parents[2]
TICKETS_ALONE = {"human", "contest", "refund", "fulfil", "unanswered", "store_unavailable"}
"""Why a person is needed where it is neither a reason of a claim nor a topic."""
CODES: dict[str, set[str]] = {
    "reason": {*REASONS, *LEAST, *TICKETS_ALONE, *(topic.ticket for topic in TOPICS.values() if topic.ticket)},
    "request": set(REQUESTS),
    "verdict": set(get_args(Verdict)),
    "priority": set(PRIORITIES),
    "ticket": set(TRANSITIONS),
    "queue": {TicketRequest("human").queue, *WORK_QUEUES},
    "state": {*DELIVERY_STATES, "unknown"},
    "value": {*DELIVERY_KINDS, *PRODUCT_KINDS},
    "fact": {*FACTS, *ASKED_OF_THE_BUYER},
    "source": {*SOURCES.values(), "supposed"},
}
OF_AGENTS = {
    "plan": set(get_args(Plan)),
    "step": {"engine", "topic", "confidence", "stance", "request", "plan", "access", "answerable", "flags", "total_ms"},
}
"""What only agents read: how the assistant came to an answer."""
TABLE = re.compile(r"^(?:export )?const (\w+): Table = \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
ENTRY = re.compile(r"^  (\"[^\"]+\"|\w+): (\[.*\]),$", re.MULTILINE)


def _desk_tables() -> dict[str, dict[str, list[str]]]:
    """The desk's own words, as the browser program has them."""
    text = TERMS.read_text("utf-8") + (ROOT / "widget/src/desk/labels.ts").read_text("utf-8")
    return {
        name: {key.strip('"'): ast.literal_eval(pair) for key, pair in ENTRY.findall(body)}
        for name, body in TABLE.findall(text)
    }


def test_what_the_desk_calls_as_buyers_do_is_made_from_the_phrases() -> None:
    assert TERMS.read_text("utf-8") == terms(), "run `make contract`"


def _refusals() -> set[str]:
    """What the demo shop's clauses refuse for."""
    folder = read_shop(read_directory(ROOT / "knowledge_base/shops/star"))
    clauses = (clause for version in folder.policies for clause in version.clauses)
    return {clause.then.value for clause in clauses if clause.then.kind == "refuse"}


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize("section", CODES)
def test_a_buyer_reads_words_for_every_code(section: str, lang: str) -> None:
    names = {name.replace(".", "_") for name in CODES[section]}
    assert {name for name in names if f"{section}.{name}" not in keys(lang)} == set()


@pytest.mark.parametrize("section", CODES | OF_AGENTS)
def test_an_agent_reads_words_for_every_code(section: str) -> None:
    table = _desk_tables()[section]
    assert (CODES | OF_AGENTS)[section] - table.keys() == set()
    assert all(len(pair) == 2 and all(pair) for pair in table.values())


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_no_refusal_is_told_by_its_code(lang: str) -> None:
    assert {key for key in _refusals() if f"refusal.{key}" not in keys(lang)} == set()
    assert _refusals() - _desk_tables()["refusal"].keys() == set()
    for key in (*REASONS, "made_up_by_a_shop"):
        assert re.fullmatch(r"[^_]{8,}[.。]", refusal_word(lang, key))
    assert refusal_word("en", "made_up_by_a_shop", "Opened boxes") == "Opened boxes."


def test_both_languages_have_the_same_phrases() -> None:
    assert keys("zh-CN") == keys("en")
