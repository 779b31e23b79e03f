from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image

from tests.running import RunningServer
from tests.support.files.photos import GPS, PLACE, opened, photo, saved
from tests.uploading import Uploader, a_visitor, an_agent, on_disk
from tests.waiting import until
from ticketing.ids import new_id

MIB = 1024 * 1024


@pytest.fixture
async def visitor(server: RunningServer) -> Uploader:
    return (await a_visitor(server))[1]


def test_a_photograph_is_kept_without_the_place_where_it_was_taken(server: RunningServer, visitor: Uploader) -> None:
    given = photo(lying=True)
    assert PLACE in given
    answer = visitor.send(given, "我的 截图.png")
    told = answer.json()
    assert answer.status_code == 201
    assert told == {
        "id": told["id"], "name": "我的 截图.jpg", "media_type": "image/jpeg", "size": told["size"], "width": 60,
        "height": 40,
    }  # fmt: skip
    served = visitor.get(told["id"])
    assert served.status_code == 200
    assert len(served.content) == told["size"]
    image = opened(served.content)
    assert image.size == (60, 40)
    assert dict(image.getexif()) == {}
    assert dict(image.getexif().get_ifd(GPS)) == {}
    assert PLACE not in served.content
    kept = [path for path in on_disk(server) if path.endswith(told["id"])]
    assert re.fullmatch(rf"star/([0-9a-f]{{2}})/\1[0-9a-f]{{62}}\.{told['id']}", kept[0])
    assert PLACE not in (server.data_dir / "uploads" / kept[0]).read_bytes()


def test_what_is_served_is_never_run_and_kept_by_nobody_else(visitor: Uploader) -> None:
    picture, text = visitor.sent(photo("PNG")), visitor.sent("日志 <b>\n".encode(), "日志.html")
    assert (text["name"], text["media_type"]) == ("日志.html.txt", "text/plain")
    for upload, kind, how in ((picture, "image/png", "inline"), (text, "text/plain; charset=utf-8", "attachment")):
        headers = visitor.get(upload["id"]).headers
        assert headers["content-type"] == kind
        assert headers["content-disposition"].startswith(how + ";")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"].startswith("private")
        assert "Authorization" in headers["vary"]


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (b"<!doctype html><script>alert(1)</script>", "cute.png", 415, "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "cute.svg", 415, "type"),
        (b"\x7fELF\x02\x01\x01" + b"\x00" * 90, "cute.jpg", 415, "type"),
        (photo()[:600], "half.jpg", 422, "damaged"),
        (saved(Image.new("1", (20_000, 20_000)), "PNG"), "bomb.png", 413, "too_large"),
        (b"", "nothing.txt", 422, "empty"),
        (b"x" * (10 * MIB + 1), "much.txt", 413, "too_large"),
        (b"x" * (50 * MIB), "more.txt", 413, "too_large"),
    ],
    ids=["html", "svg", "program", "half", "bomb", "empty", "large", "larger"],
)
def test_what_is_not_taken_is_said_and_leaves_nothing(
    server: RunningServer, visitor: Uploader, content: bytes, name: str, status: int, code: str
) -> None:
    before = on_disk(server)
    answer = visitor.send(content, name, **{"Content-Type": "image/png"})
    assert (answer.status_code, answer.json().get("code")) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert on_disk(server) == before


def test_a_body_without_a_length_is_measured_as_it_comes(server: RunningServer, visitor: Uploader) -> None:
    def pour(mib: int) -> Iterator[bytes]:
        yield from (b"x" * MIB for _ in range(mib))

    before = on_disk(server)
    assert visitor.send(pour(11), "long.txt").status_code == 413
    assert on_disk(server) == before
    assert visitor.send(pour(2), "short.txt").json()["size"] == 2 * MIB


def test_the_same_id_is_kept_once_however_often_and_at_once_it_comes(server: RunningServer, visitor: Uploader) -> None:
    key, content = new_id(), photo()
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: visitor.send(content, "a.jpg", key), range(5)))
    answers.append(visitor.send(content, "a.jpg", key))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 5}
    [told] = {answer.text for answer in answers}
    assert sum(path.endswith(answers[0].json()["id"]) for path in on_disk(server)) == 1
    assert told
    other = visitor.send(photo(seed=2), "a.jpg", key)
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    assert not [path for path in on_disk(server) if path.startswith(".incoming")]


async def test_a_foreign_upload_looks_like_a_missing_one(server: RunningServer, visitor: Uploader) -> None:
    upload = visitor.sent(photo())["id"]
    _, other = await a_visitor(server)
    alice = Uploader(server.base, f"Bearer {server.token('alice')}")
    _, agent = an_agent(server)
    told = set()
    for who in (other, alice, agent):
        for key in (upload, new_id(), "../../anxin.sqlite", "..%2F..%2Fanxin.sqlite"):
            answer = who.get(key)
            told.add((answer.status_code, answer.json()["title"]) if "sqlite" not in key else answer.status_code)
    assert told == {(404, "Not found"), 404}
    assert visitor.get(upload).status_code == 200


def test_a_name_that_would_be_a_path_is_a_name(server: RunningServer, visitor: Uploader) -> None:
    before = {path for path in server.data_dir.rglob("*") if "uploads" not in path.parts}
    told = visitor.sent(b"hello", "../../../evil/.bashrc\r\nX-Evil: 1")
    assert told["name"] == "bashrcX-Evil_ 1.txt"
    assert {path for path in server.data_dir.rglob("*") if "uploads" not in path.parts} == before
    assert "x-evil" not in visitor.get(told["id"]).headers


def test_who_is_nobody_sends_nothing(server: RunningServer) -> None:
    for who, status in (
        (Uploader(server.base, "Visitor nobody"), 401), (Uploader(server.base, "Bearer nonsense"), 401),
        (Uploader(server.base, "Bearer nonsense", None), 401), (Uploader(server.base, "", None), 401),
        (Uploader(server.base, "Visitor nobody", "no-such-shop"), 404),
    ):  # fmt: skip
        assert who.send(photo()).status_code == status
        assert who.get(new_id()).status_code == status


def test_only_pages_of_the_shop_and_of_the_server_may_ask(server: RunningServer, visitor: Uploader) -> None:
    upload = visitor.sent(photo())["id"]
    foreign = {"Origin": "https://evil.example"}
    assert visitor.get(upload, **foreign).status_code == 403
    assert visitor.send(photo(), **foreign).status_code == 403
    assert "access-control-allow-origin" not in visitor.get(upload, **foreign).headers
    own = visitor.get(upload, Origin=server.base)
    assert (own.status_code, own.headers["access-control-allow-origin"]) == (200, server.base)
    preflight = {"Origin": server.base, "Access-Control-Request-Method": "POST"}
    answer = httpx.options(f"{server.base}/api/v1/uploads?shop=star", headers=preflight)
    assert answer.status_code == 204
    assert {"authorization", "idempotency-key", "upload-name"} <= set(
        answer.headers["access-control-allow-headers"].split(", ")
    )
    assert httpx.options(f"{server.base}/api/v1/uploads?shop=star", headers=preflight | foreign).status_code == 403


def test_a_refusal_too_may_be_read_by_the_page(server: RunningServer, visitor: Uploader) -> None:
    answer = visitor.send(b"<svg/>", Origin=server.base)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (415, server.base)


async def test_half_an_upload_leaves_nothing(server: RunningServer, visitor: Uploader) -> None:
    before = on_disk(server)
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(_head(server, visitor, 900_000).encode() + b"x" * 400_000)
        await until(lambda: any(path.startswith(".incoming") for path in on_disk(server)))
    await until(lambda: on_disk(server) == before)


async def test_who_sends_too_much_hears_so_although_nobody_wanted_the_body(server: RunningServer) -> None:
    """A server that answers and closes before it has read the body resets the connection, and the answer with it."""
    _, sender = await a_visitor(server)
    body = b"x" * 9_000_000
    for _ in range(200):
        if sender.send(b"x").status_code == 429:
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as line:
                line.sendall(_head(server, sender, len(body)).encode() + body)
                if line.recv(65_536).startswith(b"HTTP/1.1 429"):
                    return
    pytest.fail("nothing was too much")


def _head(server: RunningServer, sender: Uploader, length: int) -> str:
    return (
        f"POST /api/v1/uploads?shop=star HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: {sender.authorization}\r\nIdempotency-Key: {new_id()}\r\nContent-Length: {length}\r\n\r\n"
    )
