"""A store that is really stopped, in the chat: the buyer is told so, and a person is there for whoever wants one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.host import Host, hosted
from tests.mariadb import MariaDb
from tests.running import Buyer, free_port
from tests.support.orders.stores import dujiaoka
from tests.support.orders.stores.filling import fill

Json = dict[str, Any]
ORDER, PROOF = "SHORTAGE00000008", "li.lei@example.org"
PRODUCTS = (
    "id,name,kind,region,platform,price,warranty_days,promised_minutes,supplier,return_days,no_return_confirmation,"
    "redeem_help,stock\n1,星云礼品卡,gift_card,CN,steam,30.00,,,,,,,99\n2,代充,top_up,CN,,9.00,,,,,,,99\n"
)
WORDS = {
    "zh-CN": ("我的订单怎么还没发货", "订单系统暂时无法访问", "星云礼品卡还有货吗", "店铺系统暂时无法访问"),
    "en": ("where is my order, it has not been delivered", "The order system cannot be reached right now",
           "is 星云礼品卡 in stock?", "The store cannot be reached right now"),
}  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[MariaDb]:
    with MariaDb(free_port()) as server:
        server.order("CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'pw'", "GRANT SELECT ON *.* TO reader@'127.0.0.1'")
        yield server


@pytest.fixture(scope="module")
def host(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    with hosted(untouched, tmp_path_factory.mktemp("data")) as host:
        yield host


@pytest.fixture
def shop(host: Host, store: MariaDb, tmp_path: Path) -> str:
    """A shop whose orders are in a dujiaoka of its own."""
    name = store.new_database()
    with store.writing(name) as connection:
        fill(connection, dujiaoka.SCHEMA, dujiaoka.ROWS)
    (tmp_path / "products.csv").write_text(PRODUCTS)
    url = f"mysql://reader:pw@127.0.0.1:{store.port}/{name}"
    (tmp_path / "shop.toml").write_text(
        f'id = "{name}"\nlanguages = ["zh-CN", "en"]\n[orders]\nsource = "dujiaoka"\nurl = "{url}"\n'
    )
    host.application.shops.import_folder(tmp_path)
    return name


def said(done: Json) -> str:
    return str(done["d"]["message"]["text"])


def state_of(done: Json) -> str:
    return next(str(part["state"]) for part in done["d"]["message"]["parts"] if part["type"] == "order")


@pytest.mark.parametrize("lang", WORDS)
async def test_a_store_that_is_down_is_said_and_a_ticket_opens_for_whoever_wants_one(
    host: Host, store: MariaDb, shop: str, lang: str
) -> None:
    asks, told, in_stock, stock_told = WORDS[lang]
    async with Buyer(host, shop=shop, locale=lang) as buyer:
        ack, done = await buyer.say(f"{ORDER} {PROOF}")
        conversation = ack["d"]["conversation"]
        assert state_of(done) == "paid_undelivered_shortage"
        await asyncio.to_thread(store.stop)
        try:
            _, done = await buyer.say(asks, conversation)
            assert said(done).startswith(told)
            message = done["d"]["message"]
            [card] = message["parts"]
            assert [option["value"] for option in card["options"]] == ["human"]
            assert [frame for frame in buyer.frames if frame["t"] in {"ticket", "decision"}] == []
            _, stock = await buyer.say(in_stock, conversation)
            assert stock_told in said(stock)
            assert "99" not in said(stock)
            act = {"conversation": conversation, "message": message["id"], "action": "choose", "value": "human"}
            await buyer.send("act", act)
            ticket = (await buyer.next("ticket"))["d"]["ticket"]
            assert (ticket["reason"], ticket["order_no"]) == ("store_unavailable", None)
            assert ticket["number"] in said(await buyer.next("done"))
        finally:
            await asyncio.to_thread(store.start)


async def test_a_store_that_is_back_is_read_again(host: Host, store: MariaDb, shop: str) -> None:
    async with Buyer(host, shop=shop) as buyer:
        ack, _ = await buyer.say(f"{ORDER} {PROOF}")
        await asyncio.to_thread(store.stop)
        try:
            _, down = await buyer.say(WORDS["zh-CN"][0], ack["d"]["conversation"])
        finally:
            await asyncio.to_thread(store.start)
        assert said(down).startswith(WORDS["zh-CN"][1])
        _, up = await buyer.say("现在查一下这个订单", ack["d"]["conversation"])
        assert state_of(up) == "paid_undelivered_shortage"


async def test_a_store_that_is_down_opens_no_order_to_whoever_has_not_proved_it(
    host: Host, store: MariaDb, shop: str
) -> None:
    await asyncio.to_thread(store.stop)
    try:
        async with Buyer(host, shop=shop) as buyer:
            texts = [said((await buyer.say(f"{number} {PROOF}"))[1]) for number in (ORDER, "NOSUCHORDER00001")]
    finally:
        await asyncio.to_thread(store.start)
    assert texts[0] == texts[1]
    assert texts[0].startswith(WORDS["zh-CN"][1])
