"""docs/extending.md: its steps are carried out on a copy of the project, and what they promise is there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.test_extending import EXAMPLES, sections

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(
    r"^(`{3,4})\w+\n(?:#|//) ([^\s,]+)(?:, (before|after|instead of): ([^\n]*))?\n(.*?)^\1$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write, or lines of it to put before, after or instead of a text that it has once."""

    path: str
    how: str
    anchor: str
    text: str

    def apply(self, root: Path) -> None:
        """Carry it out below a folder."""
        path = root / self.path
        if not self.how:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.text, "utf-8")
            return
        text = path.read_text("utf-8")
        found = re.escape(self.anchor) if self.how == "instead of" else rf"^ *{re.escape(self.anchor)}\n"
        places = re.findall(found, text, re.MULTILINE)
        assert len(places) == 1, (self.path, self.anchor, places)
        new = {
            "before": self.text + places[0],
            "after": places[0] + self.text,
            "instead of": self.text.rstrip("\n"),
        }[self.how]
        path.write_text(text.replace(places[0], new), "utf-8")


def steps(section: str) -> list[Step]:
    """What a section tells to write."""
    return [Step(*found[1:]) for found in BLOCK.findall(sections()[section])]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with every step carried out, its made files made anew, and a shop to write into."""
    root = tmp_path_factory.mktemp("copied")
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for name in filter(None, tracked):
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, place)
    shutil.copytree(root / "knowledge_base" / "new_shop", root / "my-shop")
    shutil.copy(root / "docs" / "examples" / "kiosk.py", root / "support" / "orders" / "kiosk.py")
    (root / "widget" / "node_modules").symlink_to(ROOT / "widget" / "node_modules")
    for section in EXAMPLES:
        for step in steps(section):
            step.apply(root)
    for maker in ("support.chat.contract", "support.assistant.phrases.terms"):
        run(root, "-m", maker)
    return root


def run(root: Path, *arguments: str) -> str:
    """A Python command in the copy, whose own modules it loads; what it printed."""
    given = {"PYTHONPATH": str(root), "ANXIN_DATA_DIR": str(root / "data"), "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=root, capture_output=True, text=True, check=False, env=os.environ | given
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_new_connector_is_one_that_a_shop_may_name(copied: Path) -> None:
    statements = run(
        copied, "-m", "support", "shop", "connect", "--grants", "--source", "kiosk", "--url", "mysql://root@h/kiosk"
    )
    assert "GRANT SELECT (`id`, `number`, `state`" in statements
    assert "-- sale.pin: what a buyer proves an order with" in statements


def test_the_new_card_is_in_the_protocol_and_both_pages_draw_it(copied: Path) -> None:
    assert "export interface OpenUntilPart" in (copied / "widget/src/core/wire.ts").read_text("utf-8")
    for name in ("docs/protocol.schema.json", "docs/asyncapi.json"):
        assert "open_until" in (copied / name).read_text("utf-8"), name
    tsc = [str(ROOT / "widget/node_modules/.bin/tsc"), "-p", "tsconfig.json"]
    done = subprocess.run(tsc, cwd=copied / "widget", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_reason_of_the_shops_own_refuses_and_a_new_reason_of_buyers_decides(copied: Path) -> None:
    policy = copied / "my-shop/policies/after-sales.zh-CN.md"
    text = policy.read_text("utf-8")
    assert text.count("key_invalid") == 2
    policy.write_text(text.replace("key_invalid", "wrong_value"), "utf-8")  # in the clause, and in its example
    told = run(copied, "-m", "support", "shop", "check", "my-shop", "--json")
    found = json.loads(told)
    assert [one for one in found["findings"] if one["severity"] == "fault"] == []
    assert [one["code"] for one in found["findings"] if "account_as_given" in json.dumps(one)] == ["policy.reason"]


def test_every_code_has_its_words_after_it(copied: Path) -> None:
    run(copied, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--noconftest", "tests/house/test_words.py")


def test_an_article_in_a_third_language_is_found_and_quoted(copied: Path) -> None:
    run(copied, "-m", "support", "shop", "import", "my-shop")
    asked = run(copied, "-m", "support", "search", "--shop", "my-shop", "Peut-on garer sa voiture gratuitement ?")
    assert asked.startswith("1. Stationner chez nous")
