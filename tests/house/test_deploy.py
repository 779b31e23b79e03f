"""The files that run Anxin elsewhere name what there is: settings, folders, routes and users."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from support.settings import Settings

ROOT = Path(__file__).parents[2]
FILES = (
    "Dockerfile",
    "compose.yaml",
    "deploy/anxin.service",
    "deploy/nginx.conf",
    "docs/operations.md",
    "docs/several-workers.md",
)
SETTINGS = {f"ANXIN_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.parametrize("name", FILES)
def test_every_setting_named_is_one(name: str) -> None:
    text = (ROOT / name).read_text()
    named = set(re.findall(r"ANXIN_[A-Z_]+[A-Z]", text))
    assert named - SETTINGS == set()
    assert named or "EnvironmentFile" in text


def test_the_image_copies_what_is_there_and_every_package_of_the_wheel() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    copied = [
        part for line in lines if line.startswith("COPY ") and "--from" not in line for part in line.split()[1:-1]
    ]
    assert [path for path in copied if not (ROOT / path).exists()] == []
    packages = re.findall(
        r'"(\w+)"', re.findall(r"^packages = \[(.*?)\]$", (ROOT / "pyproject.toml").read_text(), re.M)[0]
    )
    assert set(packages) <= set(copied)
    built = [stage for line in lines for stage in re.findall(r"^FROM \S+ AS (\w+)", line)]
    assert {stage for line in lines for stage in re.findall(r"--from=(\w+)", line)} == set(built)


def test_the_composed_services_wait_for_each_other_and_nothing_is_opened_to_the_world() -> None:
    composed = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = composed["services"]
    assert set(composed) == {"services", "volumes"}
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        kept = [volume.split(":")[0] for volume in service["volumes"]]
        assert [name for name in kept if not name.startswith(".") and name not in composed["volumes"]] == []
    assert all("healthcheck" in services[name] for name in services["anxin"]["depends_on"])
    password = services["db"]["environment"]["POSTGRES_PASSWORD"]
    assert f"anxin:{password}@db/" in services["anxin"]["environment"]["ANXIN_DATABASE_URL"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_the_unit_is_one_that_systemd_reads(tmp_path: Path) -> None:
    unit = tmp_path / "anxin.service"
    unit.write_text((ROOT / "deploy/anxin.service").read_text().replace("/opt/anxin/bin/anxin", "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "anxin.service" in line]
    assert (done.returncode, said) == (0, [])
