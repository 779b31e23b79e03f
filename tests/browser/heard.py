"""What a page's sockets received, and a line to the server that may be slow."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocket, WebSocketRoute

Json = dict[str, Any]
ALL_TEXT = """() => {
  const read = (node) => node.nodeType === Node.TEXT_NODE ? node.data
    : [...(node.shadowRoot?.childNodes ?? []), ...node.childNodes].map(read).join(" ");
  return read(document.documentElement);
}"""


class Heard:
    """Every frame that the sockets of a page receive, from now on and over each reconnect."""

    def __init__(self, page: Page) -> None:
        self.raw: list[str] = []
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda text: self.raw.append(text if isinstance(text, str) else text.decode()))

    def of(self, kind: str, since: int = 0) -> list[Json]:
        """The bodies of all frames of a type, those before frame `since` left out."""
        frames = [json.loads(text) for text in self.raw[since:]]
        return [frame["d"] for frame in frames if frame["t"] == kind]


class SlowLine:
    """Holds back what the server tells a page, while what the page says goes out at once."""

    def __init__(self, page: Page) -> None:
        self._page, self._held = page, list[str | bytes]()
        self._slow = False
        page.route_web_socket("**/ws", self._connect)

    def _connect(self, route: WebSocketRoute) -> None:
        self._route = route
        route.connect_to_server().on_message(self._pass)

    def _pass(self, text: str | bytes) -> None:
        if self._slow:
            self._held.append(text)
        else:
            self._route.send(text)

    def slow(self) -> None:
        """From now on the page hears nothing."""
        self._slow = True

    def let_go(self) -> None:
        """All that was held arrives, in its order."""
        self._slow = False
        while self._held:
            self._route.send(self._held.pop(0))


def all_text(page: Page) -> str:
    """Every word in the document, shown or not, shadow roots with it."""
    return str(page.evaluate(ALL_TEXT))


def until(page: Page, condition: Callable[[], bool], seconds: float = 30) -> None:
    """Let the page's events come in until `condition` holds. Raises AssertionError when it does not in time.

    Playwright's own `wait_for_function` looks a second time by `eval`, which our pages' security policy forbids.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about in time"
        page.wait_for_timeout(50)
