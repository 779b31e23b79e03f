from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from support.bootstrap import DEMO_SHOPS
from tests.browser.on_the_wire import hold_to_schema
from tests.running import RunningServer

WINDOWS = (
    "InitialWebUI,WebUIReloadButton,SpareRendererForSitePerProcess,PreloadTopChromeWebUI,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
)
"""What Chromium makes ready for a window of its own: three quarters of the price of a new page."""
PLAYWRIGHTS = (
    "HttpsUpgrades,Translate,PaintHolding,MediaRouter,ThirdPartyStoragePartitioning,DestroyProfileOnBrowserClose"
)
"""What Playwright turns off, for of two lists Chromium reads the last."""
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    f"--disable-features={PLAYWRIGHTS},{WINDOWS}",
]  # fmt: skip
expect.set_options(timeout=45_000)  # ms; a machine that does other work too is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def problems() -> list[str]:
    """What the page's console complained about; a test that looks ends with none."""
    return []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(45_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, problems: list[str]) -> Page:
    page = context.new_page()
    watch(page, problems)
    return page


def watch(page: Page, problems: list[str]) -> None:
    """Collect errors of a page, and frames that nobody defined."""
    hold_to_schema(page, problems)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)


@pytest.fixture(scope="session")
def server(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for the browser tests; the foreign page's origin is made in the test that needs it."""
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("browser"), dirs_exist_ok=True)
    running = RunningServer(folder, ANXIN_OWN_HOSTS="").start()
    yield running
    assert running.stop() == 0


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A plain web server of another origin, and the folder it serves."""
    root = tmp_path_factory.mktemp("host")
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_address[1]}", root
    http.shutdown()
    http.server_close()


@pytest.fixture(scope="session")
def elsewhere(
    untouched: Path, host: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningServer]:
    """A server whose demo shop lets pages of the other origin in."""
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("elsewhere"), dirs_exist_ok=True)
    shop = shutil.copytree(DEMO_SHOPS / "star", folder / "shops" / "star")
    settings = (shop / "shop.toml").read_text("utf-8").replace('"http://localhost:8000"', f'"{host[0]}"')
    (shop / "shop.toml").write_text(settings, "utf-8")
    running = RunningServer(folder, ANXIN_SHOPS_DIR=str(folder / "shops"), ANXIN_WEBHOOKS_PRIVATE="true").start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
