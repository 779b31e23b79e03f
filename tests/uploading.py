"""A client of `/api/v1/uploads`, and what lies on the server's disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import httpx

from tests.running import Buyer, RunningServer
from ticketing.ids import new_id

Json = dict[str, Any]


@dataclass
class Uploader:
    """One person's uploads; an agent has no `shop`."""

    base: str
    authorization: str
    shop: str | None = "star"
    headers: dict[str, str] = field(default_factory=dict)

    def send(self, content: Any, name: str = "a.png", key: str | None = None, **more: str) -> httpx.Response:
        """The server's answer to a file."""
        headers = self._headers({"Idempotency-Key": key or new_id(), "Upload-Name": quote(name), **more})
        return httpx.post(self._url(), content=content, headers=headers, params=self._query(), timeout=60)

    def sent(self, content: bytes, name: str = "a.png") -> Json:
        """A file that is taken."""
        answer = self.send(content, name)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def get(self, upload: str, **more: str) -> httpx.Response:
        """The file, or why not."""
        return httpx.get(self._url(upload), headers=self._headers(more), params=self._query(), timeout=60)

    def _url(self, upload: str = "") -> str:
        return f"{self.base}/api/v1/uploads" + (f"/{upload}" if upload else "")

    def _query(self) -> dict[str, str]:
        return {"shop": self.shop} if self.shop else {}

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": self.authorization, **self.headers, **more}


async def a_visitor(server: RunningServer) -> tuple[str, Uploader]:
    """A new visitor's token, and their uploads."""
    async with Buyer(server) as buyer:
        token = str((await buyer.next("welcome"))["d"]["visitor"])
    return token, Uploader(server.base, f"Visitor {token}")


def an_agent(server: RunningServer, name: str = "lin") -> tuple[str, Uploader]:
    """An agent's session, and their uploads."""
    token = server.login(name)
    return token, Uploader(server.base, f"Bearer {token}", None)


def on_disk(server: RunningServer) -> list[str]:
    """Every file of an upload, whole or half, as paths below the folder."""
    folder = server.data_dir / "uploads"
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file())
