from __future__ import annotations

from pathlib import Path

import pytest

from support.files.kind import GIF, JPEG, PDF, PNG, TEXT, WEBP, Kind, kind_of
from support.files.name import clean_name
from tests.support.files.photos import photo


def kind(folder: Path, content: bytes) -> Kind | None:
    path = folder / "file"
    path.write_bytes(content)
    return kind_of(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (photo("PNG"), PNG), (photo("JPEG"), JPEG), (photo("WEBP"), WEBP), (photo("GIF"), GIF),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", PDF), ("兑换时报错 10023\n".encode(), TEXT),
        ("\ufeffwith a mark".encode(), TEXT),
        (b"a < b, and a <b", TEXT), ("好".encode() * 60_000, TEXT),
    ],
)  # fmt: skip
def test_a_kind_is_told_by_the_bytes(tmp_path: Path, content: bytes, expected: Kind) -> None:
    assert kind(tmp_path, content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>", b"\n  <svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", b"<script>", b"</p>", b"MZ\x90\x00\x03", b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04\x14\x00", b"#!/bin/sh\x00", b"\xff\xfeh\x00i\x00", "中文".encode("gbk"), b"good text\xff",
        b"x" * 70_000 + b"\x00", "好".encode() * 30_000 + b"\xe5\xa5", b"RIFF\x00\x00\x00\x00WAVEfmt ", b"",
    ],
)  # fmt: skip
def test_what_may_be_run_or_is_not_known_is_no_kind(tmp_path: Path, content: bytes) -> None:
    assert kind(tmp_path, content) is None


@pytest.mark.parametrize(
    ("name", "of", "expected"),
    [
        ("截图 1.PNG", PNG, "截图 1.PNG"), ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\Users\\me\\a.png", PNG, "a.png"),
        ("shot.png", JPEG, "shot.jpg"), ("run.exe", PDF, "run.exe.pdf"), ("", PNG, "file.png"), ("..", PDF, "file.pdf"),
        ("a\u202egnp.exe", PNG, "agnp.exe.png"), ("a\x00b\nc.txt", TEXT, "abc.txt"), (".png", PNG, "png.png"),
        ('a"<b>:|?*.pdf', PDF, "a__b_____.pdf"), ("e\u0301.png", PNG, "\u00e9.png"), ("a/", PNG, "file.png"),
    ],
)  # fmt: skip
def test_a_name_is_never_a_path_and_ends_as_its_kind_does(name: str, of: Kind, expected: str) -> None:
    assert clean_name(name, of) == expected


def test_a_long_name_keeps_its_ending() -> None:
    name = clean_name("长" * 500 + ".png", PNG)
    assert len(name) == 120
    assert name.endswith("长.png")
