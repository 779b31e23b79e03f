"""The demo store: a product before buying, an order after it, and a page that is fetched when it is first wanted."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.running import RunningServer


def test_a_buyer_asks_from_a_product_and_from_an_order(page: Page, server: RunningServer, problems: list[str]) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{server.base}/demo")
    page.get_by_test_id("buyer-carol").click()
    page.get_by_test_id("product").filter(has_text="星卡储值卡").get_by_role("link").click()
    product = page.get_by_test_id("product-page")
    expect(product).to_contain_text("付款后 10 分钟内")
    product.get_by_test_id("reason").nth(1).click()
    expect(page.get_by_test_id("composer")).to_have_value("星卡储值卡 200 元怎么兑换使用？")
    page.get_by_test_id("close").click()
    page.get_by_test_id("nav-orders").click()
    page.get_by_test_id("order").filter(has_text="SC20261109001").get_by_role("link").click()
    items = page.get_by_test_id("order-items")
    expect(items).to_contain_text("已发 1 / 1")
    page.get_by_test_id("order-contact").click()
    expect(page.get_by_test_id("context")).to_contain_text("SC20261109001")
    page.get_by_test_id("close").click()
    assert not any("what_if" in url for url in fetched)
    page.get_by_test_id("order-what-if").click()
    expect(page.get_by_test_id("verdict-before")).to_be_visible()
    assert problems == []
