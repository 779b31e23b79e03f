"""Every link of the documents leads to a file that is there, and to a heading that it has."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest

from tests.house.sizes import tracked

ROOT = Path(__file__).parents[2]
PAGES = [name for name in tracked("*.md") if not name.startswith(("knowledge_base/", "widget/node_modules"))]
FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1`*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!\\)\]\((?!https?:|mailto:)([^)\s]*)\)|<(?:img|a)[^>]*? (?:src|href)=\"(?!https?:)([^\"]+)\"")
HEADING = re.compile(r"^#{1,6} (.+?)(?: \{#([\w-]+)\})?$", re.MULTILINE)


@cache
def text_of(page: Path) -> str:
    """A page without its blocks of code, whose links are none of its own."""
    return FENCED.sub("", page.read_text("utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The fragments of a page's headings, as they are made of them: lower case, dashes, letters of any language."""
    return frozenset(named or slug(title) for title, named in HEADING.findall(text_of(page)))


def slug(title: str) -> str:
    """A heading's fragment."""
    plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", unicodedata.normalize("NFC", title)).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    page, lost = ROOT / name, []
    for found in LINK.findall(re.sub(r"`[^`\n]+`", "", text_of(page))):
        path, _, fragment = (found[0] or found[1]).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (fragment and target.suffix == ".md" and fragment not in anchors(target)):
            lost.append(found[0] or found[1])
    assert lost == []


def test_enough_is_looked_at() -> None:
    assert len(PAGES) > 60
    assert "what-a-store-does-not-record" in anchors(ROOT / "docs/connect.md")
    assert slug("A `tick`, and “quotes”: 中文") == "a-tick-and-quotes-中文"
