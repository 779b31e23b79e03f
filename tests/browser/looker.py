"""Looks at a chat as it stands: by axe, by a finger of 44 px, and by an ear."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.heard import until

AXE = Path("widget/node_modules/axe-core/axe.min.js")
TARGET = 44
"""Least height and width to tap, in CSS pixels; a number within a line of text is let off, for its chip is below."""
FOUND = """async (within) => {
  const found = await axe.run(within ? {include: [[within]]} : document, {resultTypes: ["violations"]});
  const where = (v) => v.nodes.map((n) => n.target.flat().join(" ")).slice(0, 3).join(" | ");
  return found.violations.map((v) => `${v.id}: ${where(v)}`);
}"""
SMALL = """(size) => {
  const root = document.querySelector("anxin-chat").shadowRoot;
  const kinds = "button, input, select, textarea, summary, label";
  const panel = root.querySelector(".panel").getBoundingClientRect();
  const short = new Set();
  const top = root.querySelector(".sheet") ?? root.querySelector(".panel");
  for (const el of top.querySelectorAll(kinds)) {
    if (el.disabled || el.matches(".cite, label")) continue;
    el.scrollIntoView({block: "center"});
    const box = el.getBoundingClientRect();
    if (!box.width) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const inside = ([a, b]) => a > panel.left && a < panel.right && b > panel.top && b < panel.bottom;
    const own = ([a, b]) => el.contains(root.elementFromPoint(a, b));
    const r = size / 2 - 1;
    const ends = [[x - r, y], [x + r, y], [x, y - r], [x, y + r]].filter(inside);
    if (!ends.every(own)) short.add(`${el.dataset.testid ?? el.className} ${box.width | 0}×${box.height | 0}`);
  }
  return [...short];
}"""
HEAR = """() => {
  window.heard = [];
  const element = (node) => node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const live = (node) => element(node)?.closest("[role=status], [role=alert], [aria-live]");
  const hear = (nodes) => nodes.forEach((node) => live(node) && node.textContent && heard.push(node.textContent));
  new MutationObserver((all) => all.forEach((one) => hear(one.type === "childList" ? one.addedNodes : [one.target])))
    .observe(document.querySelector("anxin-chat").shadowRoot, {subtree: true, childList: true, characterData: true});
}"""


def axe_finds(page: Page, within: str = "") -> list[str]:
    """What axe finds wrong on a page, or within one element of it, each with where; AXE has to be on the page."""
    found: list[str] = page.evaluate(FOUND, within)
    return found


class Looker:
    """Notes what is wrong in each state that it is shown."""

    def __init__(self, page: Page) -> None:
        self._page, self.found = page, dict[str, list[str]]()
        page.add_init_script(path=AXE)

    def look(self, state: str) -> None:
        """Note what is wrong in a state of the open chat."""
        if wrong := [*axe_finds(self._page, "anxin-chat"), *self._page.evaluate(SMALL, TARGET)]:
            self.found[state] = wrong

    def listen(self) -> None:
        """From now on, what changes in a live region is heard."""
        self._page.evaluate(HEAR)

    def heard(self, count: int = 0) -> list[str]:
        """What a screen reader was given to say, once there is so much of it."""
        until(self._page, lambda: bool(self._page.evaluate("window.heard.length") >= count))
        said: list[str] = self._page.evaluate("window.heard")
        return said
