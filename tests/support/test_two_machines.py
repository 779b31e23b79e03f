"""Two machines of one record, each with a data folder of its own: their vectors are in one Chroma server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import chromadb
from pydantic import SecretStr

from support.bootstrap import Application, open_application
from support.settings import Settings
from tests.chroma import Chroma, chroma
from tests.postgres import Cluster
from tests.support.service.small_shop import files

ARTICLE = """---
id: {id}
title: {title}
lang: zh-CN
---
# {title}

{text}
"""


@contextmanager
def machine(folder: Path, url: str, vectors: Chroma) -> Iterator[Application]:
    """What runs on one of them."""
    settings = Settings.alone(data_dir=folder, database_url=SecretStr(url), chroma_url=vectors.url)
    with open_application(settings) as application:
        yield application


def shop_with(folder: Path, *articles: tuple[str, str, str]) -> Path:
    """The small shop's folder with articles, each its id, its title and what it says."""
    given = files()
    given |= {
        f"articles/{id}.md": ARTICLE.format(id=id, title=title, text=text).encode() for id, title, text in articles
    }
    for name, content in given.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def best(application: Application, query: str) -> str:
    """The document that a machine finds first."""
    return application.shop("small").search.search(query).hits[0].passage.text


def collections(vectors: Chroma) -> list[str]:
    """What the server holds."""
    host, port = vectors.url.removeprefix("http://").split(":")
    return sorted(one.name for one in chromadb.HttpClient(host=host, port=int(port)).list_collections())


def test_what_one_imports_the_other_finds_without_embedding_it_again_and_both_find_on_without_the_server(
    postgres: Cluster, tmp_path: Path
) -> None:
    gift = ("gift", "礼品卡怎么兑换", "打开平台的钱包页面，输入礼品卡的十五位兑换码。")
    parking = ("parking", "门店停车", "门店地下二层可以免费停车两小时。")
    with (
        postgres.database() as url, chroma(tmp_path / "vectors") as vectors,
        machine(tmp_path / "a", url, vectors) as a, machine(tmp_path / "b", url, vectors) as b,
    ):  # fmt: skip
        a.shops.import_folder(shop_with(tmp_path / "small", gift))
        held = collections(vectors)
        assert held
        assert b.shops.refresh() == ("small",)
        assert collections(vectors) == held, "the same vectors serve both"
        assert [one for one in tmp_path.rglob("chroma.sqlite3") if "vectors" not in one.parts] == []
        assert "兑换码" in best(a, "礼品卡如何使用") == best(b, "礼品卡如何使用")
        b.shops.import_folder(shop_with(tmp_path / "small", gift, parking))
        assert "礼品卡" in best(a, "礼品卡如何使用"), "it finds on by what it had"
        assert a.shops.refresh() == ("small",)
        assert "停车" in best(a, "哪里可以停车") == best(b, "哪里可以停车")
        vectors.kill()
        assert "停车" in best(a, "车停在哪里") == best(b, "车停在哪里")
