from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import knowledge_base
from knowledge_base.errors import Fault, ShopFaults
from knowledge_base.findings import MAX_FINDINGS
from knowledge_base.reader import read_directory, read_shop
from knowledge_base.template import new_shop_files
from tests.examples import examples
from tests.knowledge_base.small_folder import SHOP, faults

PATHS = (
    "shop.toml", "products.csv", "authorisations.csv", "orders.csv", "articles/a.md", "articles/a.en.txt",
    "policies/p.md", "policies/p.en.md", "macros/m.md",
)  # fmt: skip
TEMPLATE = dict(new_shop_files("sample"))
SHOPS = Path(knowledge_base.__file__).parent / "shops"


def only_faults(files: dict[str, bytes]) -> None:
    """Reading either stands or raises ShopFaults with places inside the files."""
    found: tuple[Fault, ...] = ()
    try:
        assert read_shop(files).shop.id
    except ShopFaults as error:
        found = error.faults
    for fault in found:
        assert 1 <= fault.line <= files.get(fault.file, b"").count(b"\n") + 2
        assert str(fault).encode()


def test_equal_files_are_read_once_and_changed_ones_anew() -> None:
    files = new_shop_files("once")
    read = read_shop(files)
    assert read_shop(dict(sorted(files.items(), reverse=True))) is read
    changed = read_shop({**files, "articles/prices.doc": b"?"})
    assert (changed.digest, len(changed.warnings)) == (read.digest, 1)


def test_the_template_has_no_fault_and_no_warning() -> None:
    folder = read_shop(new_shop_files("my-shop"))
    assert folder.shop.id == "my-shop"
    assert folder.warnings == ()
    assert len(folder.policies[0].clauses) == 4
    assert {(article.id, article.lang) for article in folder.articles} == {
        ("redeem-card", "zh-CN"),
        ("redeem-card", "en"),
    }
    assert len(folder.products) == 2
    assert folder.orders_csv is not None
    assert folder.orders_csv.count(b"\n") == 3
    assert all(clause.examples for clause in folder.policies[0].clauses)


def test_the_template_takes_the_shops_id_and_finds_a_wrong_one() -> None:
    with pytest.raises(ShopFaults, match="lower-case"):
        read_shop(new_shop_files("My Shop"))


@pytest.mark.parametrize("shop", sorted(path.name for path in SHOPS.iterdir() if (path / "shop.toml").is_file()))
def test_the_shops_that_come_with_the_project_have_no_fault(shop: str) -> None:
    assert read_shop(read_directory(SHOPS / shop)).shop.id == shop


def test_every_fault_of_a_folder_is_told_in_order() -> None:
    found = faults(
        shop_toml=SHOP + 'currency = "x"\ntimezone = "y"\n',
        products="id,name,price\na,甲,x\n,乙,y\n",
        **{"articles/a.md": "---\nlang: chinese\n---\nx", "policies/p.md": "## T {#a}\nText.\n"},
    )
    assert [(fault.file, fault.line) for fault in found] == [
        ("articles/a.md", 2),
        ("policies/p.md", 1),
        ("policies/p.md", 1),
        ("products.csv", 2),
        ("products.csv", 3),
        ("shop.toml", 3),
        ("shop.toml", 4),
    ]
    assert list(found) == sorted(found)


def test_shop_faults_read_as_file_line_and_message() -> None:
    assert str(ShopFaults((Fault("a.md", 3, "wrong"), Fault("b.md", 1, "too")))) == "a.md:3: wrong\nb.md:1: too"


def test_an_empty_folder_says_what_is_missing() -> None:
    with pytest.raises(ShopFaults, match=r"shop.toml:1: shop.toml is missing"):
        read_shop({})


def test_a_broken_export_does_not_fill_the_memory() -> None:
    shop = SHOP + '[orders]\nsource = "csv"\n'
    assert len(faults(shop_toml=shop, orders="order_no,quantity\n" + "N,x\n" * (MAX_FINDINGS + 500))) == MAX_FINDINGS


@settings(max_examples=examples(150), deadline=None)
@given(st.dictionaries(st.sampled_from(PATHS), st.binary(max_size=200), max_size=5))
def test_any_bytes_are_read_or_told_as_faults(contents: dict[str, bytes]) -> None:
    only_faults({"shop.toml": SHOP.encode(), **contents})


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(PATHS[4:]), st.text(alphabet="-#`{}[]&*!|>:,'\"\n \ta1clause", max_size=200))
def test_any_markup_is_read_or_told_as_faults(path: str, text: str) -> None:
    only_faults({"shop.toml": SHOP.encode(), path: ("---\npolicy: p\neffective: 2026-01-01\n---\n" + text).encode()})


@settings(max_examples=examples(70), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_folder_is_read_or_told_as_faults(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(TEMPLATE)))
    content = TEMPLATE[path]
    start = data.draw(st.integers(0, len(content)))
    end = min(len(content), start + data.draw(st.integers(0, 30)))
    patch = data.draw(
        st.binary(max_size=6) | st.sampled_from([b"'", b"[", b"{", b": ", b"\n", b"- ", b"#", b"```", b"---\n"])
    )
    only_faults({**TEMPLATE, path: content[:start] + patch + content[end:]})


@settings(max_examples=examples(60), deadline=None)
@given(st.text(alphabet="[]{}\"'=.#\n ab1-", max_size=120))
def test_any_toml_is_read_or_told_as_faults(text: str) -> None:
    only_faults({"shop.toml": (SHOP + text).encode()})
