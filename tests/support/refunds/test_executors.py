"""Executors against real servers on this machine, which answer as told, late, or not at all."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import pytest

from knowledge_base.shop import RefundLimits
from support import webhook_signature as signing
from support.refunds import sending
from support.refunds.choose import NotSetUp, executor_of
from support.refunds.dujiao_next import DujiaoNextExecutor
from support.refunds.executor import Answer, Instruction
from support.refunds.webhook import WebhookExecutor

Ended = Literal["done", "failed", "unknown"]

KEY = b"k" * 32
GIVEN = Instruction(
    "refund_abc", "R-7", "refund", "NO-1", "card", Decimal("30.00"), "CNY", 0, datetime.now(UTC), whole=True
)  # fmt: skip


class Shop(ThreadingHTTPServer):
    """A shop's endpoint: says what `says` holds, once more for each request, and keeps what came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.says: list[tuple[int, Any] | float | None] = []
        self.came: list[tuple[str, str, dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/refunds"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up is expected to."""


class _Handler(BaseHTTPRequestHandler):
    server: Shop

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        heard = {name.lower(): value for name, value in self.headers.items()}
        self.server.came.append((self.command, self.path, heard, body))
        said = self.server.says.pop(0)
        if isinstance(said, float):
            time.sleep(said)
            said = (200, {"state": "done"})
        if said is None:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status, content = said
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = _any

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def running() -> Iterator[Shop]:
    with Shop() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def shop(running: Shop) -> Shop:
    running.says, running.came = [], []
    return running


def executor(shop: Shop) -> WebhookExecutor:
    return WebhookExecutor(shop.url, KEY, private=True)


@pytest.mark.parametrize(
    ("says", "state", "reference"),
    [
        ((200, {"state": "done", "reference": "T-9"}), "done", "T-9"),
        ((200, {"state": "failed", "reference": "the account is closed"}), "failed", "the account is closed"),
        ((422, {"detail": "no such order"}), "failed", "refused with 422"),
        ((200, {"state": "pending"}), "unknown", "answered 200"),
        ((202, {"state": "pending"}), "unknown", "answered 202"),
        ((200, b"<html>fine</html>"), "unknown", "answered 200"),
        ((200, {"state": "paid"}), "unknown", "answered 200"),
        ((409, {"detail": "it runs"}), "unknown", "answered 409"),
        ((429, {}), "unknown", "answered 429"),
        ((500, {"state": "failed"}), "unknown", "answered 500"),
        ((302, b""), "unknown", "answered 302"),
        ((200, b" " * 70_000), "unknown", "no answer: an answer too long"),
        (None, "unknown", "no answer: RemoteProtocolError"),
    ],
)  # fmt: skip
def test_only_what_is_certain_is_taken_for_certain(shop: Shop, says: Any, state: Ended, reference: str) -> None:
    shop.says = [says]
    assert executor(shop).execute(GIVEN) == Answer(state, reference)
    assert len(shop.came) == 1, "and nothing is sent again"


def test_it_is_signed_as_standard_webhooks_are_with_the_key_in_its_header(shop: Shop) -> None:
    shop.says = [(200, {"state": "done"}), (200, {"state": "done"})]
    executor(shop).execute(GIVEN)
    executor(shop).ask(GIVEN, GIVEN.at)
    for (_, _, headers, body), kind in zip(shop.came, ("refund.execute", "refund.status"), strict=True):
        signing.event_id(headers, GIVEN.at)
        signing.check([KEY], headers, body)
        assert headers["idempotency-key"] == "refund_abc"
        told = json.loads(body)
        assert told["type"] == kind
        assert told["data"] == {
            "idempotency_key": "refund_abc", "refund": "R-7", "kind": "refund", "order": "NO-1", "line": "card",
            "amount": "30.00", "currency": "CNY", "quantity": 0,
        }  # fmt: skip
    assert shop.came[0][2]["webhook-timestamp"] == str(int(GIVEN.at.timestamp())), "of when it was claimed"


def test_what_does_not_answer_in_time_is_unknown(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "ANSWER_SECONDS", 0.1)
    shop.says = [0.5]
    assert executor(shop).execute(GIVEN) == Answer("unknown", "no answer: ReadTimeout")


def test_what_could_not_be_reached_has_surely_not_left() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        answer = WebhookExecutor(url, KEY, private=True).execute(GIVEN)
    assert answer == Answer("failed", "not sent: 127.0.0.1 cannot be reached (ConnectError)")


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "100.64.0.1", "::1", "fd00::1", "fe80::1%eth0",
     "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1"],
)  # fmt: skip
def test_no_private_address_is_reached(shop: Shop, address: str) -> None:
    """Not by a name either that leads there beside a public one."""
    assert not sending.is_public(address)
    leads = WebhookExecutor("https://shop.example/refunds", KEY, find=lambda host, port: ["93.184.216.34", address])
    answer = leads.execute(GIVEN)
    assert answer.state == "failed"
    assert "refunds.private allows it" in answer.reference
    assert WebhookExecutor(shop.url, KEY).execute(GIVEN).reference.startswith("not sent: the address is not https")
    assert shop.came == []


def test_a_public_address_is_one() -> None:
    assert sending.is_public("93.184.216.34")
    assert sending.is_public("2606:2800:220:1:248:1893:25c8:1946")


def test_it_connects_to_the_address_that_was_looked_at(shop: Shop) -> None:
    """And speaks to it by its name: a second look-up could lead elsewhere."""
    port, looked = shop.server_address[1], []

    def find(host: str, at: int) -> list[str]:
        looked.append((host, at))
        return ["127.0.0.1"]

    shop.says = [(200, {"state": "done"})]
    named = WebhookExecutor(f"http://shop.invalid:{port}/refunds", KEY, private=True, find=find)
    assert named.execute(GIVEN).state == "done"
    assert looked == [("shop.invalid", port)]
    assert shop.came[0][2]["host"] == f"shop.invalid:{port}"


@pytest.mark.parametrize(
    ("says", "minutes", "state"),
    [
        ((200, {"state": "done", "reference": "T-9"}), 1, "done"),
        ((200, {"state": "failed"}), 1, "failed"),
        ((200, {"state": "pending"}), 600, "unknown"),
        ((200, {"state": "unknown"}), 9, "unknown"),
        ((200, {"state": "unknown"}), 11, "failed"),
        ((404, {}), 600, "unknown"),
        ((503, {}), 600, "unknown"),
        (None, 600, "unknown"),
    ],
)  # fmt: skip
def test_asked_it_is_settled_only_by_a_plain_answer(shop: Shop, says: Any, minutes: int, state: str) -> None:
    """What was never heard of has failed once a request so old is refused for its timestamp, and not before."""
    shop.says = [says]
    assert executor(shop).ask(GIVEN, GIVEN.at + timedelta(minutes=minutes)).state == state


def dujiao(shop: Shop) -> DujiaoNextExecutor:
    return DujiaoNextExecutor(shop.url.removesuffix("/refunds"), "ak", "sk", private=True)


@pytest.mark.parametrize(
    ("says", "state"),
    [
        ((200, {"status_code": 0, "msg": "ok", "data": {}}), "done"),
        ((200, {"status_code": 1, "msg": "?"}), "unknown"),
        ((404, {"msg": "order_not_found"}), "failed"),
        ((409, {"msg": "cancel_not_allowed"}), "unknown"),
        ((500, {}), "unknown"),
        (None, "unknown"),
    ],
)  # fmt: skip
def test_dujiao_next_cancels_a_whole_order_signed_as_it_asks(shop: Shop, says: Any, state: str) -> None:
    shop.says = [says]
    assert dujiao(shop).execute(GIVEN).state == state
    ((method, path, headers, _),) = shop.came
    assert (method, path) == ("POST", "/api/v1/upstream/orders/NO-1/cancel")
    text = f"POST\n{path}\n{headers['dujiao-next-timestamp']}\n{hashlib.md5(b'').hexdigest()}"
    assert headers["dujiao-next-api-key"] == "ak"
    assert headers["dujiao-next-signature"] == hmac.new(b"sk", text.encode(), hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("status", "seconds", "state"),
    [("canceled", 1, "done"), ("refunded", 1, "done"), ("paid", 1, "unknown"), ("paid", 121, "failed"),
     ("something", 999, "unknown")],
)  # fmt: skip
def test_dujiao_next_is_asked_by_the_orders_status(shop: Shop, status: str, seconds: int, state: str) -> None:
    shop.says = [(200, {"status_code": 0, "data": {"status": status}})]
    assert dujiao(shop).ask(GIVEN, GIVEN.at + timedelta(seconds=seconds)).state == state


def test_dujiao_next_is_not_told_of_a_part(shop: Shop) -> None:
    assert dujiao(shop).execute(replace(GIVEN, whole=False)).state == "failed"
    assert shop.came == []


def test_the_settings_choose_and_a_missing_secret_is_named() -> None:
    limits = RefundLimits(executor="webhook", url="https://a.example", secret="env:A")
    assert executor_of(RefundLimits(), lambda name: None) is None
    assert isinstance(executor_of(limits, lambda name: signing.new_secret()), WebhookExecutor)
    with pytest.raises(NotSetUp, match="A is not set"):
        executor_of(limits, lambda name: None)
    with pytest.raises(NotSetUp, match="A: a webhook's secret is"):
        executor_of(limits, lambda name: "short")
    other = replace(limits, executor="dujiao_next", key="env:B")
    assert isinstance(executor_of(other, lambda name: "x"), DujiaoNextExecutor)
