"""A store that tells of its orders: signs as Standard Webhooks says, in code of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from support.bootstrap import DEMO_SHOPS
from ticketing.ids import new_id

Json = dict[str, Any]
SECRET = "whsec_" + base64.b64encode(b"the store's present secret, 32 b").decode()
NEXT_SECRET = "whsec_" + base64.b64encode(b"the secret that comes after it..").decode()
NAMES = {"STAR_EVENTS": SECRET, "STAR_EVENTS_NEXT": NEXT_SECRET}


def star_with_events(folder: Path) -> Path:
    """The demo shop's folder, whose store tells of its orders."""
    shutil.copytree(DEMO_SHOPS / "star", folder)
    with (folder / "shop.toml").open("a") as file:
        file.write('\n[webhook]\nsecrets = ["env:STAR_EVENTS", "env:STAR_EVENTS_NEXT"]\n')
    return folder


def body_of(kind: str, order: str, at: str = "2026-11-20T10:00:00+08:00", **data: Any) -> bytes:
    """An event's body."""
    return json.dumps({"type": f"order.{kind}", "timestamp": at, "data": {"order": order, **data}}).encode()


@dataclass(frozen=True, slots=True)
class Store:
    """Sends events to a server."""

    base: str
    secret: str = SECRET
    shop: str = "star"

    @property
    def url(self) -> str:
        """Where they go."""
        return f"{self.base}/api/v1/shops/{self.shop}/order-events"

    def headers(self, id: str, body: bytes, at: float | None = None) -> dict[str, str]:
        """The three headers."""
        seconds = str(int(time.time() if at is None else at))
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, b".".join((id.encode(), seconds.encode(), body)), hashlib.sha256).digest()
        sign = "v1," + base64.b64encode(mac).decode()
        return {"webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": sign}

    def post(self, body: bytes, id: str = "", at: float | None = None, without: str = "") -> httpx.Response:
        """Sign and send, `without` one of the headers."""
        headers = self.headers(id or new_id(), body, at)
        headers.pop(without, None)
        return httpx.post(self.url, content=body, headers=headers, timeout=60)

    def tell(self, kind: str, order: str, id: str = "", **data: Any) -> httpx.Response:
        """Send an event of an order."""
        return self.post(body_of(kind, order, **data), id)
