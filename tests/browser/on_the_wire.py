"""What pages and server say to each other in a real browser, held against the frames' definitions."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from playwright.sync_api import Page, WebSocket

from support.chat.conformity import NotInSchema, check_frame
from support.chat.frames import COMMANDS, Hello, Role

Json = dict[str, Any]


class OnTheWire:
    """One socket of a page. What does not fit is added to the page's problems."""

    def __init__(self, socket: WebSocket, problems: list[str]) -> None:
        self._problems, self._role, self._sent = problems, "buyer", dict[str, str]()
        socket.on("framesent", self._say)
        socket.on("framereceived", self._hear)

    def _say(self, text: str | bytes) -> None:
        """A page sends what the server reads, and nothing that it would pass over."""
        frame: Json = json.loads(text)
        t, d = frame["t"], frame["d"]
        if t == "hello":
            self._role = d["role"]
        self._sent[frame.get("id", "")] = t
        known = {"hello": Hello, **COMMANDS[self._as()]}.get(t)
        fields = {field.name for field in msgspec.structs.fields(known)} if known else set()
        if t != "pong" and not d.keys() <= fields:
            self._problems.append(f"the server passes over {t} {sorted(d.keys() - fields)}")

    def _hear(self, text: str | bytes) -> None:
        try:
            check_frame(text, self._as(), self._sent)
        except NotInSchema as error:
            self._problems.append(str(error))

    def _as(self) -> Role:
        return "agent" if self._role == "agent" else "buyer"


def hold_to_schema(page: Page, problems: list[str]) -> None:
    """Listen to every socket that the page opens."""

    def listen(socket: WebSocket) -> None:
        OnTheWire(socket, problems)

    page.on("websocket", listen)
