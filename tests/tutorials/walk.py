"""Walks a tutorial as its reader does: writes its files, runs its commands in their order, compares what they print.

In the page a fenced block is, by what stands after its fence:

* `sh`: commands, run one after the other in one folder; the first that fails ends the walk
* `sh terminal`: the same in a terminal of its own, which stays open; the walk goes on once the server is ready
* `text`: lines that the commands before printed, in this order, among others; `…` is anything
* any language and a path, as in `toml my-shop/shop.toml`: the whole file
* any other: only to be read
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.running import PATIENCE, READY_SECONDS, free_port, is_ready

ROOT = Path(__file__).parents[2]
HERE = "127.0.0.1:8000"
FENCE = re.compile(r"^(`{3,4})(\w+)(?: ([^\n]+))?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, what else stands after the fence, and its text."""

    kind: str
    more: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """Every fenced block of a page, in order."""
    return (Block(*found[1:]) for found in FENCE.findall(page.read_text("utf-8")))


@dataclass
class Walk:
    """A folder with the project's environment in it, and what in the page is otherwise here: ports, addresses."""

    folder: Path
    instead: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    """More of the environment, where a busy machine needs more patience than the page's reader."""
    port: int = field(default_factory=free_port)

    def __enter__(self) -> Self:
        (self.folder / ".venv").symlink_to(sys.prefix)
        given = {"ANXIN_PORT": str(self.port), "OMP_NUM_THREADS": "1", "LANG": "C.UTF-8", "COLUMNS": "200"}
        given["ANXIN_DEMO_HISTORY"] = "false"  # which takes its time, and no page looks at it
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("ANXIN_")}
        self._env |= given | dict(self.settings)
        self._terminals: list[subprocess.Popen[bytes]] = []
        self.printed = ""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for terminal in self._terminals:
            os.killpg(terminal.pid, signal.SIGTERM)
            terminal.wait(PATIENCE)

    @property
    def base(self) -> str:
        """The server's origin."""
        return f"http://127.0.0.1:{self.port}"

    def along(self, page: str) -> None:
        """Walk the whole page of `docs`."""
        for block in blocks(ROOT / "docs" / page):
            self.take(block)

    def take(self, block: Block) -> None:
        """One block."""
        text = self.here(block.text)
        if block.kind == "sh" and not block.more:
            self.run(text)
        elif block.kind == "sh" and block.more == "terminal":
            self.open(text)
        elif block.kind == "text":
            pattern = "(?s)" + ".*?".join(
                ".*?".join(map(re.escape, line.split("…"))) for line in text.strip().splitlines()
            )
            assert re.search(pattern, self.printed), f"expected\n{text}\nbut it printed\n{self.printed}"
        elif "/" in block.more or "." in block.more:
            place = self.folder / block.more
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")

    def here(self, text: str) -> str:
        """What the page says, with the addresses of this machine."""
        for said, meant in {HERE: f"127.0.0.1:{self.port}", **self.instead}.items():
            text = text.replace(said, meant)
        return text

    def run(self, commands: str) -> str:
        """Run commands as a shell does; what they print. What they export holds on."""
        exports = self.folder / ".exports"
        script = f"set -e -o pipefail\n[ ! -f {exports} ] || . {exports}\n{commands}\nexport -p > {exports}\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=self.folder, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\nended with {done.returncode}:\n{done.stdout}"
        self.printed = done.stdout
        return done.stdout

    def open(self, commands: str) -> None:
        """Run commands in a terminal that stays open, and wait until the server is ready."""
        exports, log = self.folder / ".exports", self.folder / f"terminal-{len(self._terminals)}.log"
        script = f"[ ! -f {exports} ] || . {exports}\n{commands}"
        with log.open("wb") as out:
            terminal = subprocess.Popen(
                ["bash", "-c", script], cwd=self.folder, env=self._env, stdout=out, stderr=out, start_new_session=True
            )
        self._terminals.append(terminal)
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(self.port):
            assert terminal.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.05)
