"""
ExpressionError   an expression cannot be read, or its evaluation failed; the message says why

One CEL expression of a clause: the facts that it names, and its value over known facts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cel

from knowledge_base.facts import FACTS, ROOTS
from support.policy.facts import Fact

KNOWN = "known"
_TOKEN = re.compile(
    r"""(?P<text>[rRbB]{0,2}(?:\"{3}.*?\"{3}|'{3}.*?'{3}))
      | (?P<raw>[rR][bB]?(?:"[^"\n]*"|'[^'\n]*'))
      | (?P<quoted>[bB]?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
      | (?P<comment>//[^\n]*)
      | (?P<number>\d[\w]*(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<field>\.\s*[A-Za-z_]\w*)
      | (?P<name>[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)""",
    re.VERBOSE | re.DOTALL,
)
_ASKED = re.compile(r"\s*\(\s*([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)\s*\)")


class ExpressionError(Exception):
    """The engine could not answer. It is never a false: whoever asked refers the case."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. `facts` are those that it names; inside `known(…)` a name needs no value."""

    text: str
    facts: tuple[str, ...]
    program: Any

    def value(self, context: cel.Context) -> object:
        """The value over a context from `context_of` that knows all of `facts`.

        Raises:
            ExpressionError: the evaluation failed.
        """
        try:
            return self.program.execute(context)
        except Exception as error:  # whatever the library raises, it is the engine's failure and not the buyer's
            raise ExpressionError(f"{self.text!r}: {_first_line(error)}") from error


def context_of(facts: Mapping[str, Fact]) -> cel.Context:
    """The facts as the nested maps that expressions see. Build it once for a decision: it costs more than a line."""
    roots: dict[str, Any] = {KNOWN: {name: name in facts for name in FACTS}}
    for name, fact in facts.items():
        root, _, leaf = name.partition(".")
        value = list(fact.value) if isinstance(fact.value, tuple) else fact.value
        if leaf:
            roots.setdefault(root, {})[leaf] = value
        else:
            roots[root] = value
    return cel.Context(roots)


@lru_cache(maxsize=8192)
def expression(text: str) -> Expression:
    """Read and compile `text`.

    Raises:
        ExpressionError: it is no expression, or it names what is not a fact.
    """
    found, rewritten = _read(text)
    try:
        program = cel.compile(rewritten)
    except Exception as error:  # the library raises several kinds for a text that is no expression
        raise ExpressionError(f"{text!r} is no expression: {_first_line(error)}") from error
    return Expression(text, found, program)


def _read(text: str) -> tuple[tuple[str, ...], str]:
    """The facts named outside texts, and the expression with each `known(fact)` as a look-up."""
    found: set[str] = set()
    pieces: list[str] = []
    position = 0
    while match := _TOKEN.search(text, position):
        pieces.append(text[position : match.start()])
        piece, position = match.group(), match.end()
        asked = _ASKED.match(text, position) if piece == KNOWN else None
        if asked:
            piece, position = f'{KNOWN}["{_fact(asked.group(1))}"]', asked.end()
        elif match.lastgroup == "name" and piece.partition(".")[0].strip() in ROOTS:
            found.add(_fact(piece))
        pieces.append(piece)
    return tuple(sorted(found)), "".join(pieces) + text[position:]


def _fact(chain: str) -> str:
    """The fact that a chain of names begins with: `order.note` for `order.note.contains`."""
    names = re.sub(r"\s", "", chain).split(".")
    for end in (1, 2):
        if (name := ".".join(names[:end])) in FACTS:
            return name
    raise ExpressionError(f"{'.'.join(names[:2])} is not a fact")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
