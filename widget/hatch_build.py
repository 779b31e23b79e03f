"""Puts the built browser files into the wheel, where the service finds them as `support/web/dist`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NEEDED = ("widget.js", "chat.js", "thread.js", "cards.js", "demo/index.html")


class BrowserFilesMissing(Exception):
    """The wheel was asked for before the browser files were built."""

    def __init__(self, dist: Path, missing: list[str]) -> None:
        self.dist, self.missing = dist, missing
        super().__init__(f"{dist} lacks {', '.join(missing)}: run `npm ci && npm run build` in widget/ first")


class BrowserFiles(BuildHookInterface[Any]):
    """Only a real wheel carries them; an editable install reads `widget/dist` in place and must work without it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        dist = Path(self.root) / "widget" / "dist"
        missing = [name for name in NEEDED if not (dist / name).is_file()]
        if missing:
            raise BrowserFilesMissing(dist, missing)
        build_data["force_include"][str(dist)] = "support/web/dist"
