"""Pages that are hard on whatever they embed: the chat works, and says nothing in their console."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import watch
from tests.browser.test_journey import say
from tests.running import RunningServer

STRICT = (
    "default-src 'none'; script-src 'nonce-n' {base}; connect-src {base} {wire}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
LOUD = """<style>
  * { all: unset !important; color: lime !important; font: 40px serif !important; display: inline !important }
  html { direction: rtl } body, div, button, textarea { transform: rotate(7deg) !important; opacity: .2 !important }
</style>"""
OLD_LIBRARY = """
Array.prototype.toJSON = function () { return "[mine]"; };
Array.prototype.reduce = function () { return this.length > 1 ? this : this[0]; };
Array.prototype.flatten = function () { return this; };
Array.prototype.find = function (test) { for (var i = 0; i < this.length; i++) if (test(this[i])) return this[i]; };
Array.prototype.entries = function () { return this.slice(); };
Array.from = function (given) { var all = []; for (var i = 0; i < given.length; i++) all.push(given[i]); return all; };
String.prototype.toJSON = function () { return '"' + this + '"'; };
Object.prototype.extend = function () { return this; };
window.preact = {options: {vnode: function () { throw new Error("the page's own Preact"); }}};
"""
NO_STORAGE = """
const refuse = () => { throw new DOMException("not here", "SecurityError"); };
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"])
  Object.defineProperty(window, name, {get: refuse});
Object.defineProperty(document, "cookie", {get: refuse, set: refuse});
delete window.BroadcastChannel;
Object.defineProperty(navigator, "locks", {value: undefined});
"""
TAG = '<script nonce="n" async src="{base}/widget.js" data-shop="star" data-locale="en"></script>'
MODERN, QUIRKS = "<!doctype html>", ""


@pytest.fixture
def visited(context: BrowserContext, problems: list[str]) -> Page:
    page = context.new_page()
    watch(page, problems)
    return page


@pytest.mark.parametrize(
    ("doctype", "policy", "style", "script"),
    [
        pytest.param(MODERN, STRICT, "", "", id="strict policy and Trusted Types"),
        pytest.param(QUIRKS, "", LOUD, "", id="quirks mode and loud styles"),
        pytest.param(MODERN, "", "", OLD_LIBRARY, id="a library that changes what is built in"),
        pytest.param(MODERN, "", "", NO_STORAGE, id="no storage"),
    ],
)
def test_the_chat_stands_on(
    visited: Page, elsewhere: RunningServer, host: tuple[str, Path], problems: list[str], doctype: str, policy: str,
    style: str, script: str,
) -> None:  # fmt: skip
    base = elsewhere.base
    rule = policy.format(base=base, wire=base.replace("http", "ws"))
    meta = f'<meta http-equiv="Content-Security-Policy" content="{rule}">' if rule else ""
    head = f'<meta charset="utf-8"><title>Hard</title>{meta}{style}<script nonce="n">{script}</script>'
    (host[1] / "hard.html").write_text(f"{doctype}<html lang=en>{head}{TAG.format(base=base)}<h1>Hard</h1>", "utf-8")
    visited.goto(f"{host[0]}/hard.html")
    visited.get_by_test_id("launcher").click()
    visited.get_by_test_id("begin").click()
    answer = say(visited, "Which payment methods do you take?")
    expect(answer).to_contain_text("Alipay")
    box = visited.get_by_test_id("launcher").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (56, 56)
    assert answer.evaluate("node => getComputedStyle(node).color") != "rgb(0, 255, 0)"
    assert answer.evaluate("node => getComputedStyle(node).direction") == "ltr"
    assert [text for text in problems if "favicon" not in text and "404" not in text] == []
