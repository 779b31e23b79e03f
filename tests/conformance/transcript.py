"""Golden transcripts: what goes over sockets, a JSON object a line.

`{"from": "client" | "server", "frame": {…}}`, and besides the frame:

* `socket` names whose socket it is, the buyer's where it is missing. A client's first line opens it.
* `"text"` in a frame's place is sent as it stands, `"raw": true` marks a frame that our own clients never send.
* `"lost": true`: the server says it and the client never hears it.
* `"close": 4400` from the server ends the socket, `"leaves": true` from the client.
* `{"from": "operator", "does": "restart"}`: the server is told to go.

Strings with `$` stand for what differs each time: `$c1` a conversation, `$m1` a message, `$s1` a command's id, and so
on, the same for the same. `$token:alice` is a buyer's token, `$session:lin` an agent's, `$long:4001` a text of that
length.
Times keep their distances, cursors their order.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from support.chat.frames import Role

Json = dict[str, Any]
FOLDER = Path(__file__).parents[2] / "docs" / "transcripts"
AGENTS = ("lin", "chen")


class Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"of": "from"}):
    """One line of a transcript."""

    of: Literal["client", "server", "operator"]
    socket: str = "buyer"
    frame: Json | None = None
    text: str | None = None
    raw: bool = False
    lost: bool = False
    leaves: bool = False
    close: int | None = None
    does: Literal["restart"] | None = None

    @property
    def role(self) -> Role:
        """As whom the socket is open."""
        return "agent" if self.socket in AGENTS else "buyer"

    @property
    def t(self) -> str:
        """The frame's type, nothing where there is none."""
        return str(self.frame["t"]) if self.frame else ""


def names() -> list[str]:
    """Every transcript's name."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def read(name: str) -> list[Line]:
    """The lines of a transcript."""
    text = (FOLDER / f"{name}.jsonl").read_text("utf-8")
    return [msgspec.json.decode(line, type=Line) for line in text.splitlines() if line]


def write(name: str, lines: list[Line]) -> None:
    """Put a transcript in its place."""
    made = [json.dumps(msgspec.to_builtins(line), ensure_ascii=False) for line in lines]
    (FOLDER / f"{name}.jsonl").write_text("\n".join(made) + "\n", "utf-8")


def in_pieces(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines, with each run of steps and deltas on one socket as one: how many there are is the words' matter."""
    run: list[Line] = []
    for line in lines:
        if run and not (passing(line) and passing(run[0]) and line.socket == run[0].socket):
            yield run
            run = []
        run.append(line)
        if not passing(line):
            yield run
            run = []
    if run:
        yield run


def passing(line: Line) -> bool:
    """Whether a line is a piece of an answer, or of the way to it."""
    return line.of == "server" and line.t in {"step", "delta"}
