"""A community's bot in front of Anxin: what its members write is asked here, what is answered goes back to them.

The community platform calls this server for every message (`POST /update {"id", "user", "text"}`) and sends what it is
given (`POST PLATFORM_URL {"user", "text"}`). A mini-programme's backend is the same with its own two ends.

    anxin key create bot --shop star --scope messages:write --scope conversations:read
    ANXIN_URL=http://127.0.0.1:8000 ANXIN_KEY=axk.… PLATFORM_URL=http://… python community_bot.py 8100
"""

from __future__ import annotations

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from support.client import Anxin, ApiProblem  # or the same file beside this one

CHANNEL = "community"
URL, KEY, PLATFORM = (os.environ[name] for name in ("ANXIN_URL", "ANXIN_KEY", "PLATFORM_URL"))
CURSOR = Path(os.environ.get("BOT_CURSOR", "community_bot.cursor"))


class Updates(BaseHTTPRequestHandler):
    """The platform's calls. Whatever we do not take it sends again; its own id makes that harmless."""

    def do_POST(self) -> None:
        """One member's message."""
        update = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)))
        try:
            with Anxin(URL, KEY, tries=3) as anxin:
                anxin.say(update["text"], buyer=update["user"], channel=CHANNEL, once=update["id"])
            self._answer(200)
        except (ApiProblem, httpx.TransportError) as error:
            print(f"not taken: {error}", file=sys.stderr, flush=True)
            self._answer(503)

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def pass_on() -> None:
    """Every answer of the assistant and of agents, to the member it is for, from where we left off."""
    with Anxin(URL, KEY) as anxin, httpx.Client() as platform:
        since = int(CURSOR.read_text()) if CURSOR.exists() else anxin.now()
        CURSOR.write_text(str(since))
        for event in anxin.follow(since):
            message, buyer = event.message, event.buyer
            if message and message["author"]["kind"] != "buyer" and buyer and buyer["channel"] == CHANNEL:
                told = {"id": message["id"], "user": buyer["id"], "text": message["text"]}
                platform.post(PLATFORM, json=told).raise_for_status()
            CURSOR.write_text(str(event.n))  # after it was passed on: a crash between says it twice, under one id


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Updates)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    pass_on()
