"""The wheel alone, in an environment without the project's folder, serves the demo with its browser files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.running import PATIENCE, READY_SECONDS, free_port, is_ready

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment: the wheel unpacked, and the packages that it asks for from those of the tests.

    A line in a .pth file adds a folder without the .pth files in it, so the project's own folder is not among them.
    """
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    (wheel,) = folder.glob("anxin-*.whl")
    venv.create(folder / "clean", with_pip=False)
    (packages,) = (folder / "clean").glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(packages)
    (packages / "asked-for.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return folder / "clean" / "bin" / "python"


@pytest.fixture
def base(python: Path, tmp_path: Path) -> Iterator[str]:
    """The origin of a server that runs from the wheel."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith(("ANXIN_", "PYTHON"))}
    env |= {"ANXIN_PORT": str(port), "ANXIN_DEMO_HISTORY": "false"}
    with (tmp_path / "log").open("wb") as log:
        command = [str(python), "-m", "support", "serve", "--demo"]
        server = subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(port):
            assert server.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(PATIENCE)


def test_it_is_the_wheels_code(python: Path, tmp_path: Path) -> None:
    code = "import support, evals, knowledge_base, retrieval, ticketing; print(support.__file__)"
    done = subprocess.run([str(python), "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).is_relative_to(python.parents[1])


def test_it_serves_the_demo(base: str) -> None:
    for path in ("/demo", "/desk", "/widget.js", "/readyz"):
        answer = httpx.get(f"{base}{path}", timeout=60)
        assert (path, answer.status_code) == (path, 200)
    assert "anxin" in httpx.get(f"{base}/widget.js", timeout=60).text.lower()
