from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.running import RunningServer


def get(server: RunningServer, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.base}{path}", headers=headers, timeout=60)


def test_alive_ready_and_measured(server: RunningServer) -> None:
    assert get(server, "/healthz").json() == {"status": "ok"}
    assert get(server, "/readyz").status_code == 200


def test_metrics_tell_of_this_worker_and_of_each_shop(server: RunningServer) -> None:
    answer = get(server, "/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    found = {one.name: one.samples for one in text_string_to_metric_families(answer.text)}
    assert [one.value for one in found["anxin_workers"]] == [1]
    assert [one.value for one in found["anxin_record_up"]] == [1]
    [resident] = found["anxin_worker_resident_bytes"]
    assert resident.value > 2**20
    assert {one.labels["shop"] for one in found["anxin_events"]} == {"star"}
    assert {one.labels["shop"] for one in found["anxin_tickets_late"]} == {"star"}


def test_the_widget_learns_the_shops_face(server: RunningServer) -> None:
    answer = get(server, "/api/v1/shops/star/widget", Origin="https://elsewhere.example")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    face = answer.json()
    assert face["name"] == {"zh-CN": "星卡商城", "en": "Star Card Store"}
    assert len(face["starters"]) == 6
    assert set(face["notice"]) == {"zh-CN", "en"}
    assert "secret" not in answer.text


def test_a_citations_source_opens_in_both_languages(server: RunningServer) -> None:
    for lang, word in (("zh-CN", "未发货"), ("en", "not delivered")):
        clause = get(server, f"/api/v1/shops/star/sources/clause/after-sales/undelivered-refund?lang={lang}").json()
        assert clause["lang"] == lang
        assert word.lower() in (clause["title"] + clause["text"]).lower()
    product = get(server, "/api/v1/shops/star/sources/product/nebula-card-50?lang=en").json()
    assert product["title"].startswith("Nebula")


def test_articles_for_agents_are_not_public(server: RunningServer, application: object) -> None:
    from support.bootstrap import Application

    assert isinstance(application, Application)
    agents = [a for a in application.shop("star").folder.articles if a.audience == "agents"]
    assert agents
    for article in agents:
        assert get(server, f"/api/v1/shops/star/sources/article/{article.id}").status_code == 404
        found = get(server, f"/api/v1/shops/star/search?q={article.title}&k=20").json()["hits"]
        assert article.id not in [hit["article"] for hit in found]


@pytest.mark.parametrize(
    ("words", "finds"), [("红烧肉怎么做", False), ("how to bake bread", False), ("退款", True), ("redeem", True)]
)
def test_a_search_for_what_a_shop_says_nothing_of_finds_nothing(server: RunningServer, words: str, finds: bool) -> None:
    assert bool(get(server, f"/api/v1/shops/star/search?q={words}").json()["hits"]) is finds


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/shops/none/widget", 404),
        ("/api/v1/shops/star/sources/article/none", 404),
        ("/api/v1/shops/star/sources/secret/x", 422),
        ("/api/v1/shops/star/search?q=", 422),
        ("/api/v1/shops/star/search?q=x&k=1000", 422),
        ("/api/v1/shops/star/orders", 401),
        ("/widget/../pyproject.toml", 404),
        ("/widget/%2e%2e/%2e%2e/pyproject.toml", 404),
        ("/nowhere", 404),
    ],
)
def test_errors_are_problem_documents(server: RunningServer, path: str, status: int) -> None:
    answer = get(server, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_own_orders_need_the_buyers_token_and_show_no_secret(server: RunningServer) -> None:
    token = server.token("bob")
    answer = get(server, "/api/v1/shops/star/orders?lang=en", Authorization=f"Bearer {token}")
    numbers = {order["number"] for order in answer.json()["orders"]}
    assert "SC20261110001" in numbers
    assert "SC20261118001" not in numbers
    assert "river-71" not in answer.text
    assert "bob@buyer" not in answer.text


def test_the_built_files_are_for_every_origin_and_stay_inside(server: RunningServer) -> None:
    loader = get(server, "/widget.js")
    assert loader.status_code == 200
    assert loader.headers["Access-Control-Allow-Origin"] == "*"
    page = get(server, "/demo")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
