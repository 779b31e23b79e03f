"""`python -m bench.talker`: a server of OpenAI's protocol that writes at a steady pace, to measure what is added.

It prints its port. It answers a wording with the sentences as they were given, the polite word put in.
"""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

FIRST_SECONDS, BETWEEN_SECONDS, PIECE = 0.15, 0.008, 3
"""Until the first piece, between pieces, and characters a piece: a quick model."""


class Talker(BaseHTTPRequestHandler):
    """One request: the answer as server-sent events."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Write the answer."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        text = answer(asked(body["messages"][-1]["content"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        time.sleep(FIRST_SECONDS)
        try:
            for start in range(0, len(text), PIECE):
                self._write(event(text[start : start + PIECE]))
                time.sleep(BETWEEN_SECONDS)
            self._write(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            self.close_connection = True

    def _write(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


def asked(content: str) -> dict[str, Any]:
    """What is to be reworded: nothing where it is only asked whether anybody is there."""
    try:
        found: dict[str, Any] = json.loads(content)
    except ValueError:
        return {}
    return found


def answer(given: dict[str, Any]) -> str:
    """The sentences, reworded a little."""
    return "".join(f"{n}| {text.replace('请', '麻烦您', 1)}\n" for n, text in given.get("lines", {"1": "OK"}).items())


def event(text: str) -> bytes:
    """A piece as OpenAI's stream has it."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
    chunk = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Talker)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()
