"""A small server of our own that speaks OpenAI's protocol over a real socket, well or badly, as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Json = dict[str, Any]
Write = Callable[[Json], str]


def given(body: Json) -> Json:
    """What a request gives as data; nothing where it only asks whether anybody is there."""
    said = str(body["messages"][-1]["content"])
    return dict(json.loads(said)) if said.startswith("{") else {}


def reworded(asked: Json) -> str:
    """A faithful answer to either question, as a good model would give it."""
    if not asked:
        return "OK"
    if "lines" not in asked:
        return json.dumps({"topic": asked["likely"][0] if asked["likely"] else "greeting", "stance": "general"})
    return "".join(f"{number}| {text.replace('请', '麻烦您')}\n" for number, text in asked["lines"].items())


@dataclass
class Endpoint:
    """The server and what it was asked. `status` other than 200 is sent in place of an answer."""

    write: Write = reworded
    status: int = 200
    wait: float = 0.0
    between: float = 0.0
    dies_after: int | None = None
    raw: bytes | None = None
    asked: list[Json] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    given_up: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its address, for `base_url`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def messages(self) -> list[Json]:
        """What it was given as data, oldest first."""
        return [given(one) for one in self.asked]

    def chunks(self, text: str) -> Iterator[bytes]:
        """The answer as server-sent events, some characters each."""
        for start in range(0, len(text), 7):
            piece = {"role": "assistant", "content": text[start : start + 7]}
            choice = {"index": 0, "delta": piece, "finish_reason": None}
            chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            yield b"data: " + json.dumps(chunk).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body: Json = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                endpoint.asked.append(body)
                endpoint.keys.append(self.headers.get("Authorization", ""))
                time.sleep(endpoint.wait)
                if endpoint.status != 200:
                    self._send(endpoint.status, b'{"error": {"message": "no: your key sk-very-secret"}}')
                elif endpoint.raw is not None:
                    self._send(200, endpoint.raw)
                else:
                    self._stream(given(body))

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Connection", "close")
                self.end_headers()
                self.wfile.write(body)

            def _stream(self, asked: Json) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Transfer-Encoding", "chunked")
                self.send_header("Connection", "close")
                self.end_headers()
                try:
                    for place, chunk in enumerate(endpoint.chunks(endpoint.write(asked))):
                        if place == endpoint.dies_after:
                            self.close_connection = True
                            return
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                        self.wfile.flush()
                        time.sleep(endpoint.between)
                    self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    endpoint.given_up.set()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        return Handler
