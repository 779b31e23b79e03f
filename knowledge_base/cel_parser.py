"""Reads one CEL expression into a syntax tree. It evaluates nothing and knows no types."""

from __future__ import annotations

from typing import cast

from knowledge_base.cel_lexer import CelSyntaxError, Token, tokens
from knowledge_base.cel_nodes import (
    Binary,
    BinaryOp,
    Call,
    Comprehension,
    Index,
    ListLiteral,
    LiteralValue,
    Macro,
    MapLiteral,
    Member,
    Method,
    Name,
    Node,
    Ternary,
    Unary,
    UnaryOp,
)

__all__ = ["CelSyntaxError", "parse"]

MAX_DEPTH = 24
"""Nesting of parentheses, lists and calls: more than a person reads, less than any evaluator's stack."""

_LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("==", "!=", "<", "<=", ">", ">=", "in"),
    ("+", "-"),
    ("*", "/", "%"),
)
_MACROS = ("exists", "all", "exists_one", "filter", "map")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_RESERVED = frozenset(
    (
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "in", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    )
)  # fmt: skip
_INT_MAX = 2**63 - 1


def parse(text: str) -> Node:
    """The tree of `text`. Raises CelSyntaxError with the position and what to write instead."""
    parser = _Parser(tokens(text))
    node = parser.expression()
    parser.expect_end()
    return node


class _Parser:
    """Recursive descent over the tokens, one method a level of the grammar."""

    def __init__(self, found: tuple[Token, ...]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._now
        self._at += token.kind != "end"
        return token

    def _next_is(self, *texts: str) -> bool:
        return self._now.kind in ("op", "name") and self._now.text in texts

    def _accept(self, text: str) -> Token | None:
        return self._take() if self._next_is(text) else None

    def _expect(self, text: str) -> Token:
        if self._next_is(text):
            return self._take()
        found = f"{self._now.text!r} stands" if self._now.text else "the line ends"
        raise CelSyntaxError(self._now.start, f"{found} where {text!r} is expected")

    def expect_end(self) -> None:
        """Nothing may follow the expression."""
        if self._now.kind != "end":
            remedy = "; write == to compare" if self._now.text == "=" else ""
            raise CelSyntaxError(self._now.start, f"{self._now.text!r} stands where the line should end{remedy}")

    def expression(self) -> Node:
        """A conditional or anything below it."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CelSyntaxError(self._now.start, f"nested more than {MAX_DEPTH} deep; split it into several lines")
        condition = self._binary(0)
        if self._accept("?"):
            then = self._binary(0)
            self._expect(":")
            otherwise = self.expression()
            condition = Ternary(condition, then, otherwise, condition.start, otherwise.end)
        self._depth -= 1
        return condition

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        while self._next_is(*_LEVELS[level]):
            op = cast(BinaryOp, self._take().text)
            right = self._binary(level + 1)
            left = Binary(op, left, right, left.start, right.end)
        return left

    def _unary(self) -> Node:
        if not self._next_is("!", "-"):
            return self._postfix()
        signs = [self._take()]
        while self._next_is(signs[0].text):
            signs.append(self._take())
        if len(signs) > MAX_DEPTH:
            raise CelSyntaxError(signs[0].start, f"{len(signs)} signs in a row; write at most one")
        if signs[-1].text == "-" and self._now.kind in ("int", "double"):
            node = self._negative(signs.pop())
        else:
            node = self._postfix()
        for sign in reversed(signs):
            node = Unary(cast(UnaryOp, sign.text), node, sign.start, node.end)
        return node

    def _negative(self, sign: Token) -> Node:
        token = self._take()
        value = -cast(float, token.value)
        return self._suffixes(self._number(token, value, sign.start))

    def _number(self, token: Token, value: float, start: int) -> Node:
        if token.kind == "int" and not -_INT_MAX - 1 <= value <= _INT_MAX:
            raise CelSyntaxError(start, f"{token.text} is too large for an int")
        return LiteralValue(value, start, token.end)

    def _postfix(self) -> Node:
        return self._suffixes(self._primary())

    def _suffixes(self, node: Node) -> Node:
        while self._next_is(".", "["):
            node = self._member(node) if self._accept(".") else self._index(node)
        return node

    def _index(self, target: Node) -> Node:
        self._expect("[")
        key = self.expression()
        return Index(target, key, target.start, self._expect("]").end)

    def _member(self, target: Node) -> Node:
        field = self._take()
        if field.kind != "name" or field.text in ("in", *_CONSTANTS):
            raise CelSyntaxError(field.start, "a name is expected after the point")
        if not self._accept("("):
            return Member(target, field.text, target.start, field.end)
        arguments, end = self._until(")")
        if field.text in _MACROS:
            return self._macro(target, field, arguments, end)
        return Method(target, field.text, arguments, target.start, end)

    def _macro(self, target: Node, field: Token, arguments: tuple[Node, ...], end: int) -> Node:
        counts = (2, 3) if field.text == "map" else (2,)
        if len(arguments) not in counts or not isinstance(arguments[0], Name):
            raise CelSyntaxError(field.start, f"write {field.text}(x, expression with x)")
        result = arguments[2] if len(arguments) == 3 else None
        macro = cast(Macro, field.text)
        return Comprehension(target, macro, arguments[0].name, arguments[1], result, target.start, end)

    def _until(self, closing: str) -> tuple[tuple[Node, ...], int]:
        found: list[Node] = []
        while not self._next_is(closing):
            found.append(self.expression())
            if not self._accept(","):
                break
            if closing == ")" and self._next_is(closing):
                raise CelSyntaxError(self._now.start, "an argument is missing after the comma")
        return tuple(found), self._expect(closing).end

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in ("int", "double"):
            return self._number(token, cast(float, token.value), token.start)
        if token.kind == "text":
            return LiteralValue(token.value, token.start, token.end)
        if token.kind == "name":
            return self._named(token)
        return self._bracketed(token)

    def _bracketed(self, token: Token) -> Node:
        if token.text == "(":
            node = self.expression()
            self._expect(")")
            return node
        if token.text == "[":
            items, end = self._until("]")
            return ListLiteral(items, token.start, end)
        if token.text == "{":
            return self._map(token)
        found = f"{token.text!r} stands" if token.text else "the line ends"
        raise CelSyntaxError(token.start, f"{found} where a value is expected")

    def _named(self, token: Token) -> Node:
        if token.text in _CONSTANTS:
            return LiteralValue(_CONSTANTS[token.text], token.start, token.end)
        if token.text in _RESERVED:
            raise CelSyntaxError(token.start, f"{token.text!r} is a reserved word and cannot be a name")
        if not self._accept("("):
            return Name(token.text, token.start, token.end)
        arguments, end = self._until(")")
        return Call(token.text, arguments, token.start, end)

    def _map(self, opening: Token) -> Node:
        entries: list[tuple[Node, Node]] = []
        while not self._next_is("}"):
            key = self.expression()
            self._expect(":")
            entries.append((key, self.expression()))
            if not self._accept(","):
                break
        return MapLiteral(tuple(entries), opening.start, self._expect("}").end)
