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


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A read expression, one of each text. `facts` are those that it names; those in `asked` stand in `known(…)` and
    need no value.

    `pieces` is the text around each `known(…)`: which of those facts are known makes the program.
    """

    text: str
    facts: tuple[str, ...]
    asked: tuple[str, ...]
    pieces: tuple[str, ...]

    def value(self, case: Facts) -> object:
        """The value over facts that hold all of `facts`.

        Raises:
            ExpressionError: the evaluation failed.
        """
        program = _program(self, tuple(name in case.known for name in self.asked))
        try:
            return program.execute(case.context(self.facts))
        except Exception as error:  # whatever the library raises, it is the engine's failure and not the buyer's
            raise ExpressionError(f"{self.text!r}: {_first_line(error)}") from error


class Facts:
    """Known facts as expressions see them: each becomes a variable when it is first named, for that costs time."""

    def __init__(self, known: Mapping[str, Fact]) -> None:
        self.known = known
        self._context = cel.Context()
        self._variables: set[str] = set()

    def context(self, names: tuple[str, ...]) -> cel.Context:
        """A context that holds at least these facts, all of them known."""
        for name in names:
            if name not in self._variables:
                value = self.known[name].value
                self._context.add_variable(_variable(name), list(value) if isinstance(value, tuple) else value)
                self._variables.add(name)
        return self._context


def _variable(name: str) -> str:
    """`order.paid` as one identifier: a map with a hundred members would be made anew for each of them."""
    return name.replace(".", "__")


@lru_cache(maxsize=8192)
def expression(text: str) -> Expression:
    """Read and compile `text`.

    Raises:
        ExpressionError: it is no expression, or it names what is not a fact.
    """
    found = _read(text)
    _program(found, (True,) * len(found.asked))
    return found


@lru_cache(maxsize=16384)
def _program(read: Expression, known: tuple[bool, ...]) -> Any:
    answers = [str(each).lower() for each in known]
    text = "".join(part for pair in zip(read.pieces, (*answers, ""), strict=True) for part in pair)
    try:
        return cel.compile(text)
    except Exception as error:  # the library raises several kinds for a text that is no expression
        raise ExpressionError(f"{read.text!r} is no expression: {_first_line(error)}") from error


def _read(text: str) -> Expression:
    """The facts named outside texts, each rewritten as its variable, and the places of `known(fact)`."""
    found: set[str] = set()
    asked: list[str] = []
    pieces: list[str] = [""]
    position = 0
    while match := _TOKEN.search(text, position):
        pieces[-1] += text[position : match.start()]
        piece, position = match.group(), match.end()
        if piece == KNOWN and (inside := _ASKED.match(text, position)):
            asked.append(_fact(inside.group(1))[0])
            pieces.append("")
            position = inside.end()
            continue
        if match.lastgroup == "name" and piece.partition(".")[0].strip() in ROOTS:
            name, rest = _fact(piece)
            found.add(name)
            piece = _variable(name) + rest
        pieces[-1] += piece
    pieces[-1] += text[position:]
    return Expression(text, tuple(sorted(found)), tuple(asked), tuple(pieces))


def _fact(chain: str) -> tuple[str, str]:
    """The fact that a chain of names begins with, and what follows: `order.note` and `.contains`."""
    names = [name.strip() for name in chain.split(".")]
    for end in (1, 2):
        if (name := ".".join(names[:end])) in FACTS:
            return name, "".join(f".{each}" for each in names[end:])
    raise ExpressionError(f"{'.'.join(names[:2])} is not a fact")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
