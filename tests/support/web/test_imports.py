from __future__ import annotations

import shutil
import time
from pathlib import Path

import httpx

from support.bootstrap import DEMO_SHOPS
from tests.running import PATIENCE, RunningServer


def test_a_running_server_sees_an_import_by_itself(server: RunningServer, tmp_path: Path) -> None:
    folder = tmp_path / "moon"
    assert server.anxin("shop", "new", str(folder)).returncode == 0
    assert server.anxin("shop", "import", str(folder)).returncode == 0
    (folder / "articles" / "moonstone.md").write_text("# 月长石怎么保养\n\n月长石请用软布擦拭，避免高温。\n", "utf-8")
    done = server.anxin("shop", "import", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        answer = httpx.get(f"{server.base}/api/v1/shops/moon/search?q=月长石保养", timeout=60)
        if answer.status_code == 200 and answer.json()["hits"][0]["article"] == "moonstone":
            return
        time.sleep(0.2)
    raise AssertionError(f"not seen: {answer.text}")


def test_a_faulty_folder_changes_nothing(server: RunningServer, tmp_path: Path) -> None:
    folder = tmp_path / "star"
    shutil.copytree(DEMO_SHOPS / "star", folder)
    clause = folder / "policies" / "after-sales.zh-CN.md"
    clause.write_text(clause.read_text("utf-8").replace("order.paid\n", "order.payed\n", 1), "utf-8")
    done = server.anxin("shop", "import", str(folder))
    assert done.returncode == 1
    assert "after-sales.zh-CN.md:" in done.stdout + done.stderr
    assert "order.payed" in done.stdout + done.stderr
    again = server.anxin("shop", "import", str(DEMO_SHOPS / "star"), "--json")
    assert '"added": [], "changed": [], "removed": []' in again.stdout
