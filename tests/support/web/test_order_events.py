"""A store's events as its server sends them, and what the buyer's page, the desk and the assistant make of them."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from support.bootstrap import Application
from tests.conformance.host import Host, hosted
from tests.running import Buyer, Desk
from tests.store_events import NAMES, NEXT_SECRET, Store, body_of, star_with_events
from ticketing.ids import new_id
from ticketing.order_event import OrderEvent
from ticketing.storage import order_events

Json = dict[str, Any]
MANUAL, PROOF = "SC20260730001", "drum-19"


@pytest.fixture(scope="module")
def host(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A server with a shop whose store tells of its orders."""
    folder = tmp_path_factory.mktemp("events")
    with pytest.MonkeyPatch.context() as environment:
        for name, secret in NAMES.items():
            environment.setenv(name, secret)
        with hosted(untouched, folder / "data") as host:
            host.application.shops.import_folder(star_with_events(folder / "star"))
            yield host


@pytest.fixture
def store(host: Host) -> Store:
    return Store(host.base)


def kept(application: Application, order: str) -> tuple[OrderEvent, ...]:
    return application.journal.read_now(lambda tx: order_events.of_order(tx, "star", order))


def refused(answer: httpx.Response, status: int, code: str) -> str:
    """The detail of a problem document."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return str(answer.json()["detail"])


def test_an_event_is_on_disk_before_its_answer_and_again_is_the_same_answer(host: Host, store: Store) -> None:
    order, key = new_id(), new_id()
    first = store.tell("refunded", f" {order} ", key, amount="12.50", currency="CNY", card="KEY-IN-THE-CLEAR")
    assert (first.status_code, first.json()) == (200, {"id": key, "type": "order.refunded", "order": order.upper()})
    [event] = kept(host.application, order.upper())
    assert (event.id, event.kind, str(event.amount), event.currency) == (key, "refunded", "12.50", "CNY")
    again = store.tell("refunded", f" {order} ", key, amount="12.50", currency="CNY", card="KEY-IN-THE-CLEAR")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert kept(host.application, order.upper()) == (event,)


def test_the_same_id_with_another_body_is_refused_and_changes_nothing(host: Host, store: Store) -> None:
    order, key = new_id().upper(), new_id()
    assert store.tell("paid", order, key).status_code == 200
    assert "another body" in refused(store.tell("refunded", order, key), 409, "id_reused")
    assert [event.kind for event in kept(host.application, order)] == ["paid"]


def test_what_was_signed_is_not_taken_again_later_nor_under_another_id(host: Host, store: Store) -> None:
    body, key = body_of("paid", "SC-OLD"), new_id()
    assert "this server's clock" in refused(store.post(body, key, at=time.time() - 3600), 400, "timestamp")
    assert "clock" in refused(store.post(body, key, at=time.time() + 3600), 400, "timestamp")
    right = store.headers(key, body)
    for name, value in (("webhook-id", new_id()), ("webhook-timestamp", str(int(time.time()) + 9))):
        answer = httpx.post(store.url, content=body, headers=right | {name: value})
        assert "by this shop's secret" in refused(answer, 401, "signature")
    assert kept(host.application, "SC-OLD") == ()


def test_either_of_two_secrets_signs_and_no_other(host: Host) -> None:
    assert Store(host.base, NEXT_SECRET).post(b'{"type": "ping"}').json()["type"] == "ping"
    foreign = Store(host.base, NEXT_SECRET.replace("dGhl", "dGhm", 1))
    answer = foreign.post(body_of("paid", "SC-FORGED"))
    refused(answer, 401, "signature")
    assert "whsec" not in answer.text
    assert kept(host.application, "SC-FORGED") == ()


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(store: Store, name: str) -> None:
    assert name in refused(store.post(b'{"type": "ping"}', without=name), 400, "headers")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"", "no such event"),
        (b"\xff\xfe", "no such event"),
        (b"[" * 10_000, "no such event"),
        (b'{"type": 7}', "`$.type`"),
        (b'{"type": "order.lost"}', "order.refunded, order.frozen, order.chargeback, ping"),
        (b'{"type": "order.paid", "data": {"order": "X1"}}', "`timestamp`"),
        (body_of("paid", "X1", "2026-03-01T12:00:00"), "offset"),
        (body_of("paid", "X1", "2099-03-01T12:00:00Z"), "ahead"),
        (body_of("paid", "X1", "yesterday"), "`$.timestamp`"),
        (body_of("paid", ""), "`$.data.order`"),
        (body_of("paid", " "), "data.order"),
        (body_of("paid", "x\0y"), "data.order"),
        (body_of("paid", "9" * 201), "`$.data.order`"),
        (body_of("refunded", "X1", amount=12.5), "`$.data.amount`"),
        (body_of("refunded", "X1", amount="-3"), "`$.data.amount`"),
        (body_of("refunded", "X1", amount="1e3"), "`$.data.amount`"),
        (body_of("refunded", "X1", amount="3", currency="yuan"), "`$.data.currency`"),
        (body_of("frozen", "X1", frozen="yes"), "`$.data.frozen`"),
    ],
)
def test_a_signed_body_that_does_not_fit_says_where(host: Host, store: Store, body: bytes, place: str) -> None:
    assert place in refused(store.post(body), 422, "body")
    assert kept(host.application, "X1") == ()


def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(store: Store) -> None:
    refused(store.post(body_of("paid", "X1", note="x" * 20_000)), 413, "too_large")
    where = urlsplit(store.base)
    connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=60)
    headers = store.headers("evt-endless", b"")
    connection.request("POST", urlsplit(store.url).path, (b"x" * 4096 for _ in range(5)), headers, encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_a_sender_who_falls_silent_is_told_to_send_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.web.order_events.QUIET_SECONDS", 0.2)
    where = urlsplit(store.base)
    with socket.create_connection((str(where.hostname), where.port or 80), timeout=60) as wire:
        sent = store.headers("evt-slow", b"{}") | {"host": "x", "content-length": "2"}
        head = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        wire.sendall(f"POST {urlsplit(store.url).path} HTTP/1.1\r\n{head}\r\n".encode())
        assert b" 408 " in wire.recv(4096).split(b"\r\n")[0]


def test_a_shop_that_has_no_secret_and_one_that_is_none(host: Host, tmp_path: Path) -> None:
    assert Store(host.base, shop="nowhere").post(b'{"type": "ping"}').status_code == 404
    (tmp_path / "moon").mkdir()
    (tmp_path / "moon" / "shop.toml").write_text('id = "moon"\nlanguages = ["en"]\n')
    host.application.shops.import_folder(tmp_path / "moon")
    refused(Store(host.base, shop="moon").post(b'{"type": "ping"}'), 404, "not_set_up")
    with (tmp_path / "moon" / "shop.toml").open("a") as file:
        file.write('[webhook]\nsecrets = ["env:NOT_THERE_AT_ALL"]\n')
    host.application.shops.import_folder(tmp_path / "moon")
    answer = Store(host.base, shop="moon").post(b'{"type": "ping"}')
    assert "NOT_THERE" not in refused(answer, 503, "no_secret")
    assert answer.headers["retry-after"] == "60"


async def proved(buyer: Buyer, number: str, proof: str) -> str:
    """A conversation in which an order was opened."""
    ack, _ = await buyer.say(f"查一下订单 {number} {proof}")
    return str(ack["d"]["conversation"])


async def test_the_buyer_who_proved_the_order_hears_and_nobody_else(host: Host, store: Store) -> None:
    async with (
        Buyer(host) as owner,
        Buyer(host, locale="en") as stranger,
        Desk(host, token=host.key("$session:lin")) as desk,
    ):
        await desk.opened()
        mine = await proved(owner, MANUAL, PROOF)
        ack, _ = await stranger.say(f"Where is my order {MANUAL}?")
        theirs = ack["d"]["conversation"]
        assert (await asyncio.to_thread(store.tell, "delivered", MANUAL.lower())).status_code == 200
        line = (await owner.next("message"))["d"]
        while line["message"]["author"]["kind"] != "system":
            line = (await owner.next("message"))["d"]
        assert line["conversation"] == mine
        assert line["message"]["text"] == f"订单 {MANUAL.lower()} 已发货，可到店铺的“订单查询”查看。"
        heard = [(await desk.next("order"))["d"] for _ in range(2)]
        assert {one["conversation"] for one in heard} == {mine, theirs}
        assert {(one["kind"], one["occurred_at"]) for one in heard} == {("delivered", "2026-11-20T02:00:00.000Z")}
        await stranger.say("hello", theirs)
        said = [frame["d"]["message"] for frame in stranger.frames if frame["t"] == "message"]
        assert [message for message in said if message["author"]["kind"] == "system"] == []
        await asyncio.to_thread(store.tell, "paid", MANUAL)  # late: it tells nothing new
        await owner.say("谢谢", mine)
        lines = [frame["d"]["message"] for frame in owner.frames if frame["t"] == "message"]
        assert len([message for message in lines if message["author"]["kind"] == "system"]) == 1
        news = {"label": "店铺通知", "value": "已发货 · 2026-11-20 10:00", "source": "订单系统", "message": None}
        assert news in host_brief(host, mine)


def host_brief(host: Host, conversation: str) -> list[Json]:
    token = host.key("$session:lin")
    answer = httpx.get(
        f"{host.base}/api/v1/desk/conversations/{conversation}", params={"lang": "zh-CN"},
        headers={"Authorization": f"Bearer {token}"}, timeout=60,
    )  # fmt: skip
    return list(answer.json()["brief"]["facts"])


async def test_a_page_that_comes_back_reads_the_line_in_its_place(host: Host, store: Store) -> None:
    async with Buyer(host, locale="en") as buyer:
        welcome = (await buyer.next("welcome"))["d"]
        ack, _ = await buyer.say("SC20260228001 lamp-14")
        conversation = ack["d"]["conversation"]
    assert (await asyncio.to_thread(store.tell, "refunded", "SC20260228001", amount="8.00")).status_code == 200
    async with Buyer(host, locale="en", visitor=welcome["visitor"]) as buyer:
        await buyer.send("history", {"conversation": conversation})
        messages = (await buyer.next("page"))["d"]["messages"]
        assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
        assert messages[-1]["text"] == (
            "The shop has recorded a refund of ¥8.00 on order SC20260228001; "
            "the payment channel decides when it arrives."
        )
        assert json.dumps(messages[-1]).count("system") == 1


async def test_too_many_at_once_wait_and_say_how_long(untouched: Path, tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as environment:
        for name, secret in NAMES.items():
            environment.setenv(name, secret)
        with hosted(untouched, tmp_path / "data", rate_events=1 / 3600 * 20) as host:
            host.application.shops.import_folder(star_with_events(tmp_path / "star"))
            answers = [await asyncio.to_thread(Store(host.base).post, b'{"type": "ping"}') for _ in range(2)]
    assert answers[0].status_code == 200
    refused(answers[1], 429, "rate")
    assert 0 < int(answers[1].headers["retry-after"]) <= 3600


async def verdict(host: Host) -> Json:
    """What is decided of a refund of an order that was paid and not delivered."""
    async with Buyer(host) as buyer:
        _, done = await buyer.say("我付了款没发货，我要退款，订单 SC20261118001，查询密码 lotus-2026")
        return next(part for part in done["d"]["message"]["parts"] if part["type"] == "decision")


async def test_what_the_store_told_holds_in_the_next_decision(host: Host, store: Store) -> None:
    order = "SC20261118001"
    assert (await verdict(host))["outcome"] == {"refund": {"amount": "49.00", "currency": "CNY"}}
    await asyncio.to_thread(store.tell, "frozen", order, at="2026-11-20T11:00:00+08:00")
    held = await verdict(host)
    assert (held["verdict"], held["clause"]["id"]) == ("refer", "frozen-hold")
    await asyncio.to_thread(store.tell, "frozen", order, at="2026-11-20T12:00:00+08:00", frozen=False)
    await asyncio.to_thread(store.tell, "refunded", order, amount="9.00", currency="CNY")
    assert (await verdict(host))["outcome"] == {"refund": {"amount": "40.00", "currency": "CNY"}}


async def test_a_chargeback_is_written_down_once_and_every_desk_hears_what_becomes_of_the_refunds(
    host: Host, store: Store
) -> None:
    """A bank took a part: the refund that was approved waits again, and both are told as they stand."""
    order, desk_api = "SC20260910001", f"{host.base}/api/v1/desk/refunds"
    headers = {"Authorization": f"Bearer {host.key('$session:lin')}"}
    async with Desk(host, token=host.key("$session:lin")) as desk:
        await desk.opened()

        async def heard() -> tuple[str, str, str, Any]:
            body = (await desk.next("refund"))["d"]
            assert body["conversation"] == ""
            one = body["refund"]
            return one["kind"], one["state"], one["amount"], one["holds"]

        async with httpx.AsyncClient(headers=headers) as api:
            wanted = {"order": order, "amount": "2.00", "reason": "the key was dead on arrival"}
            asked = (await api.post(desk_api, json=wanted)).json()
            assert await heard() == ("refund", "requested", "2.00", [])
            telling = partial(store.tell, "chargeback", order, amount="1.00", reference="case 4711")
            assert (await asyncio.to_thread(telling, id="cb-1")).status_code == 200
            assert (await asyncio.to_thread(telling, id="cb-2")).status_code == 200
            first = await heard()
            assert first[:3] == ("chargeback", "done", "1.00")
            second = await heard()
            assert second[:3] == ("refund", "requested", "2.00")
            [mark] = second[3]
            assert mark.startswith("chargeback:R-")
            found = (await api.get(desk_api)).json()["refunds"]
    assert [one["amount"] for one in found if one["kind"] == "chargeback" and one["order"] == order] == ["1.00"]
    assert asked["number"]
    assert "no order" in refused(store.tell("chargeback", "SC-NOWHERE", amount="1.00"), 422, "order")
    assert kept(host.application, "SC-NOWHERE") == ()
