"""Every package that an installation brings may be used, passed on and sold with ours (Apache-2.0)."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PERMISSIVE = re.compile(r"0BSD|Apache|BSD|CC0|CNRI|ISC|MIT|Mozilla|MPL-2|PSF|Python Software Foundation|Unlicense|Zlib")
KNOWN = {
    "psycopg": "LGPL-3.0: imported as it is published, and to be replaced by whoever wants to",
    "psycopg-binary": "as psycopg",
    "tld": "MPL-1.1, of its three: a rule for its own files, which stay as published",
}
"""Packages under another licence, and why they may be used."""


def licence(package: str) -> str:
    """What a package says of itself: an SPDX expression, else its classifiers, else the first line of its text."""
    told = metadata(package)

    def of(name: str) -> list[str]:
        return [str(one) for one in told.get_all(name) or ()]

    classes = [one.rpartition(" :: ")[2] for one in of("Classifier") if one.startswith("License ::")]
    text = [one.partition("\n")[0] for one in of("License")]
    return " OR ".join(of("License-Expression") or classes or text)


def is_installed(package: str) -> bool:
    """Whether it is in this environment."""
    try:
        metadata(package)
    except PackageNotFoundError:
        return False
    return True


def permits(expression: str) -> bool:
    """Whether one way through an expression's ORs has nothing but permissive licences."""
    ways = re.split(r"\s+OR\s+|;", expression.replace("(", " ").replace(")", " "))
    return any(all(PERMISSIVE.search(one) for one in re.split(r"\s+AND\s+", way)) for way in ways)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_what_is_installed_may_be_passed_on(lock: str) -> None:
    packages = re.findall(r"^([\w.-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE)
    here = [one for one in packages if is_installed(one)]  # `make test` installs what is new before it asks
    assert len(here) > 50
    assert {one: licence(one) for one in here if one not in KNOWN and not permits(licence(one))} == {}


def test_so_may_what_the_browser_files_are_built_of() -> None:
    lock = json.loads((ROOT / "widget" / "package-lock.json").read_text("utf-8"))
    told = {name: str(one.get("license", "")) for name, one in lock["packages"].items() if name}
    assert len(told) > 5
    assert {name: found for name, found in told.items() if not permits(found)} == {}


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True), ("Apache-2.0 AND BSD-2-Clause", True), ("GPL-3.0-only OR MIT", True), ("GPL-3.0-only", False),
        ("MIT AND LGPL-2.1-only", False), ("", False), ("Proprietary", False),
    ],
)  # fmt: skip
def test_an_expression_permits_where_one_way_through_it_does(expression: str, may: bool) -> None:
    assert permits(expression) is may
