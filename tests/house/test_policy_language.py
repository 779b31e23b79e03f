"""Every sentence of the page of the policy language is quoted by a test, and every quoted one stands there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.policy.clauses.page import sentences

TESTS = Path(__file__).parents[1]


def _quotes() -> Iterator[str]:
    """The docstring of each test, on one line."""
    for path in sorted((TESTS / "support").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and ast.get_docstring(node):
                yield " ".join((ast.get_docstring(node) or "").split())


QUOTES = "\n".join(_quotes())


@pytest.mark.parametrize("sentence", sentences())
def test_each_sentence_is_quoted_by_a_test(sentence: str) -> None:
    assert sentence in QUOTES or sentence.startswith("Every sentence below is held by a test that quotes it")


def test_a_sentence_that_is_not_there_is_not_quoted() -> None:
    assert len(sentences()) > 60
    assert sentences()[0][:-1] + " in two files." not in QUOTES


def test_each_quote_stands_on_the_page() -> None:
    page = " ".join(sentences())
    said = [
        quote
        for path in sorted((TESTS / "support" / "policy" / "clauses").glob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and ast.get_docstring(node)
        for quote in (ast.get_docstring(node) or "").split("\n\n")
    ]
    assert [quote for quote in said if " ".join(quote.split()) not in page] == []
