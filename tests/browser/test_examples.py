from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import watch
from tests.running import RunningServer

WIDGET = Path(__file__).parents[2] / "widget"
TOOLS = WIDGET / "node_modules" / ".bin"
FIRST, NEXT = "SC20261118001", "SC20261119003"


def bundled(example: str, base: str) -> str:
    """One of the examples as a browser runs it, for a server of ours."""
    command = [
        str(TOOLS / "esbuild"), str(WIDGET / "examples" / example), "--bundle", "--jsx=automatic",
        '--define:process.env.NODE_ENV="production"', f"--alias:anxin-chat={WIDGET / 'src/embed/index.ts'}",
        "--log-level=warning",
    ]  # fmt: skip
    code = str(subprocess.run(command, check=True, capture_output=True, text=True, cwd=WIDGET).stdout)
    return code.replace("http://127.0.0.1:8000", base)


@pytest.fixture
def shown(context: BrowserContext, host: tuple[str, Path], problems: list[str]) -> Page:
    """A page of another origin, to be written into its folder."""
    page = context.new_page()
    watch(page, problems)
    return page


@pytest.mark.parametrize("example", ["react.tsx", "vue.ts"])
def test_a_shop_in_a_framework(
    shown: Page, elsewhere: RunningServer, host: tuple[str, Path], problems: list[str], example: str
) -> None:
    origin, root = host
    (root / "app.js").write_text(bundled(example, elsewhere.base), "utf-8")
    (root / "app.html").write_text('<!doctype html><div id="root"></div><script src="app.js"></script>', "utf-8")
    shown.goto(f"{origin}/app.html")
    shown.get_by_role("button", name="The next one").click()
    shown.get_by_role("button", name=f"Ask about {NEXT} (0)").click()
    expect(shown.get_by_test_id("composer")).to_have_value(f"Where is {NEXT}?")
    expect(shown.get_by_test_id("panel")).to_contain_text(NEXT)
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []


def test_the_plain_page(shown: Page, elsewhere: RunningServer, host: tuple[str, Path], problems: list[str]) -> None:
    origin, root = host
    text = (WIDGET / "examples" / "plain.html").read_text("utf-8").replace("http://127.0.0.1:8000", elsewhere.base)
    (root / "plain.html").write_text(text, "utf-8")
    shown.goto(f"{origin}/plain.html")
    shown.get_by_role("button", name="咨询客服").click()
    expect(shown.get_by_test_id("composer")).to_have_value("付款后多久发货？")
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []


@pytest.mark.soak
def test_the_package_is_packed_with_types_that_hold(tmp_path: Path) -> None:
    told = subprocess.run(
        ["npm", "pack", "--json", "--pack-destination", tmp_path], cwd=WIDGET / "npm", check=True, capture_output=True,
        text=True,
    ).stdout  # fmt: skip
    (packed,) = json.loads(told[told.index("[") :])
    assert {one["path"] for one in packed["files"]} == {
        "index.js", "index.d.ts", "types.d.ts", "package.json", "README.md",
    }  # fmt: skip
    home = tmp_path / "node_modules" / "anxin-chat"
    home.mkdir(parents=True)
    subprocess.run(["tar", "xzf", tmp_path / packed["filename"], "--strip-components=1", "-C", home], check=True)
    use = 'import { loadAnxin } from "anxin-chat";\nloadAnxin("https://a.example")({given});\n'
    for given, holds in (('"boot", { shop: "star" }', True), ('"boot", { shops: "star" }', False), ('"bot"', False)):
        (tmp_path / "use.ts").write_text(use.replace("{given}", given), "utf-8")
        check = [
            str(TOOLS / "tsc"),
            "--noEmit",
            "--strict",
            "--module",
            "esnext",
            "--moduleResolution",
            "bundler",
            "use.ts",
        ]
        assert (subprocess.run(check, cwd=tmp_path, check=False, capture_output=True).returncode == 0) is holds, given
