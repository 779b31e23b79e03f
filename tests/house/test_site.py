"""Every page is in the site's navigation; `make docs` builds it strictly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.house.sizes import tracked

ROOT = Path(__file__).parents[2]
MADE = {"index.md", "index.zh-CN.md", "decisions/index.md"}


def named(nav: Any) -> Iterator[str]:
    """The pages of a navigation."""
    if isinstance(nav, str):
        yield nav
    for one in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from named(one)


def test_the_navigation_names_every_page_once() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    listed = sorted(named(settings["nav"]))
    pages = {name.removeprefix("docs/") for name in tracked("docs/*.md") if not name.startswith("docs/decisions/")}
    assert listed == sorted(pages | MADE)


def test_nothing_of_it_comes_from_elsewhere() -> None:
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert settings["theme"] == {"name": "mkdocs", "highlightjs": False, "color_mode": "auto"}
    assert settings["plugins"] == ["search"]
