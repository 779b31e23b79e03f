from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge_base.errors import ShopFaults
from knowledge_base.folder import belongs
from knowledge_base.reader import digest_of, read_directory, read_shop
from knowledge_base.template import new_shop_files


def write(root: Path, path: str, content: bytes = b"x") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)


def test_only_what_belongs_to_a_shop_is_read(tmp_path: Path) -> None:
    wanted = ["shop.toml", "articles/a.md", "articles/en/deep/b.pdf", "policies/2025/p.md", "macros/m.md", "orders.csv"]
    other = [
        "README.md",
        ".git/config",
        "articles/.draft.md",
        "articles/a.png",
        "notes/a.md",
        "x.csv",
    ]
    for path in (*wanted, *other):
        write(tmp_path, path)
    write(tmp_path, "policies/p.txt")
    found = read_directory(tmp_path)
    assert sorted(found) == sorted([*wanted, "policies/p.txt"])
    assert not belongs("policies/p.txt"), "it is handed on so that the reader can warn of it"
    assert [path for path in other if belongs(path)] == []


def test_a_missing_folder_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ShopFaults, match="no such folder"):
        read_directory(tmp_path / "nowhere")


def test_links_that_lead_out_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "secret.md")
    root = tmp_path / "shop"
    write(root, "articles/a.md")
    (root / "articles" / "b.md").symlink_to(tmp_path / "secret.md")
    (root / "articles" / "c").symlink_to(tmp_path, target_is_directory=True)
    (root / "articles" / "d.md").symlink_to(root / "articles" / "a.md")
    (root / "articles" / "loop.md").symlink_to(root / "articles" / "loop.md")
    with pytest.raises(ShopFaults) as caught:
        read_directory(root)
    found = {fault.file: fault.message for fault in caught.value.faults}
    assert set(found) == {"articles/b.md", "articles/c", "articles/loop.md"}
    assert "leads out" in found["articles/b.md"]
    assert "not followed" in found["articles/c"]


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    os.mkfifo(tmp_path / "articles" / "a.md")
    with pytest.raises(ShopFaults, match="no plain file"):
        read_directory(tmp_path)


def test_a_file_above_its_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    write(tmp_path, "shop.toml", b"#" * (300 * 1024))
    with pytest.raises(ShopFaults, match="split it"):
        read_directory(tmp_path)
    with pytest.raises(ShopFaults, match=r"articles/a.md:1: .* 1,048,576 are read"):
        read_shop({**new_shop_files("a"), "articles/a.md": b"x" * (1024 * 1024 + 1)})


def test_a_name_that_is_not_utf8_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    try:
        (tmp_path / "articles" / os.fsdecode(b"a\xff.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    with pytest.raises(ShopFaults, match="rename it") as caught:
        read_directory(tmp_path)
    str(caught.value).encode()


def test_the_digest_names_the_content() -> None:
    files = dict(new_shop_files("a"))
    assert read_shop(files).digest == digest_of(files) == digest_of({**files, "README.md": b"x"})
    assert digest_of(files) != digest_of({**files, "orders.csv": b""})
    assert digest_of({"articles/a.md": b"1", "articles/b.md": b"2"}) != digest_of(
        {"articles/a.md": b"2", "articles/b.md": b"1"}
    )
