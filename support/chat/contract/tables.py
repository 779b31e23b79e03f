"""The tables of `docs/protocol.md`: what stands between its markers is written from the definitions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from support.chat.contract.components import ROLES, commands_of, components, name_of
from support.chat.contract.typescript import type_of
from support.chat.frames import NEEDS_ID, RETRY, Role
from support.chat.schema import ACKS, SERVER, ServerFrame

Json = dict[str, Any]
BLOCK = re.compile(r"(<!-- made: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
SORTS = {"opening": "opening", "answer": "answer", "durable": "durable, `n`", "ephemeral": "ephemeral"}


def filled(document: str) -> str:
    """The document with every marked block written anew. Raises KeyError for a block that nobody makes."""
    return BLOCK.sub(lambda block: f"{block[1]}\n{MADE[block[2]]()}\n\n{block[3]}", document)


def _commands(role: Role) -> str:
    rows = []
    for t, body in commands_of(role).items():
        shape = components()[name_of(body)]
        ack = ACKS[role].get(t)
        answer = f"`ack` {ack.__name__}" if ack else {"hello": "`welcome`", "history": "`page`"}.get(t, "none")
        needed = "`id`" if t in NEEDS_ID else ""
        rows.append((f"`{t}`", needed, answer, shape.get("description", ""), _fields(shape)))
    return _table(("`t`", "needs", "answer", "", "`d`"), rows)


def _heard(only: Callable[[str], bool]) -> str:
    rows = []
    for t in dict.fromkeys(t for role in ROLES for t in SERVER[role]):
        for frame in {SERVER[role][t].body.__name__: SERVER[role][t] for role in ROLES if t in SERVER[role]}.values():
            if only(frame.sort):
                rows.append(_row(frame))
    return _table(("`t`", "sort", "to", "", "`d`"), rows)


def _row(frame: ServerFrame) -> tuple[str, ...]:
    shape = components()[frame.body.__name__]
    hearers = [role for role in ROLES if frame in SERVER[role].values()]
    told = "both" if len(hearers) == len(ROLES) else hearers[0]
    return f"`{frame.t}`", SORTS[frame.sort], told, shape.get("description", ""), _fields(shape)


def _shapes() -> str:
    shapes = components()
    bodies = {frame.body.__name__ for role in ROLES for frame in SERVER[role].values()}
    commands = {name_of(body) for role in ROLES for body in commands_of(role).values()}
    rows = [
        (f"`{name}`", shape.get("description", ""), _fields(shape) if "properties" in shape else _plain(type_of(shape)))
        for name, shape in shapes.items()
        if name not in bodies | commands
    ]  # fmt: skip
    return _table(("shape", "", ""), rows)


def _errors() -> str:
    codes = components()["ErrorCode"]["enum"]
    return _table(("`code`", "`retry`"), [(f"`{code}`", json.dumps(code in RETRY)) for code in codes])


def _fields(shape: Json) -> str:
    required = set(shape.get("required", ()))
    fields = [
        f"`{name}{'' if name in required else '?'}`: {_plain(type_of(value))}"
        for name, value in shape.get("properties", {}).items()
    ]
    return ", ".join(fields) or "nothing"


def _plain(text: str) -> str:
    return text.replace("|", "\\|")


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(" ".join(cell.split()) for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


MADE: Mapping[str, Callable[[], str]] = {
    "buyer-commands": lambda: _commands("buyer"),
    "agent-commands": lambda: _commands("agent"),
    "server-opening": lambda: _heard(lambda sort: sort in {"opening", "answer"}),
    "server-durable": lambda: _heard(lambda sort: sort == "durable"),
    "server-ephemeral": lambda: _heard(lambda sort: sort == "ephemeral"),
    "errors": _errors,
    "shapes": _shapes,
}
