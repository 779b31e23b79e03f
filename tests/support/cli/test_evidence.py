"""`anxin evidence`: any altered byte of a folder is found, and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from support.bootstrap import Application
from support.cli.app import app
from support.service.evidence import collect
from support.service.evidence_manifest import manifest_of
from support.service.evidence_pack import NotEmpty, Wanted, export
from support.service.evidence_verify import verify_folder
from tests.examples import examples
from tests.support.a_dispute import (
    NOW,
    House,
    dispute,
)
from ticketing.evidence import link_hash
from ticketing.ids import new_id


@pytest.fixture(scope="module")
def house(application: Application, tmp_path_factory: pytest.TempPathFactory) -> House:
    owner = f"visitor:{new_id()}"
    ticket = application.journal.write_now(lambda tx: dispute(tx, application, owner))
    return House(application, owner, ticket, tmp_path_factory.mktemp("packs"))


@pytest.fixture(scope="module")
def packed(house: House) -> Path:
    return house.pack()[0]


@settings(max_examples=examples(80))
@given(data=st.data())
def test_any_altered_byte_is_found_and_its_file_named(packed: Path, data: st.DataObject) -> None:
    path = packed / data.draw(st.sampled_from(sorted(str(one.relative_to(packed)) for one in _files(packed))))
    content = path.read_bytes()
    at, by = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 255))
    how = data.draw(st.sampled_from(("flip", "cut", "add", "gone", "end")))
    altered = {
        "flip": content[:at] + bytes([content[at] ^ by]) + content[at + 1 :], "cut": content[:at] + content[at + 1 :],
        "add": content[:at] + bytes([by]) + content[at:], "end": content + bytes([by]), "gone": None,
    }[how]  # fmt: skip
    try:
        path.unlink() if altered is None else path.write_bytes(altered)
        faults = verify_folder(packed)
    finally:
        path.write_bytes(content)
    assert faults or altered == content
    name = path.relative_to(packed).as_posix()
    assert any(fault.startswith(name) for fault in faults) or name == "manifest.json", faults


@pytest.mark.parametrize("audience", ["shop", "buyer"])
def test_each_altered_field_of_each_link_is_found_though_the_manifest_is_made_anew(house: House, audience: str) -> None:
    folder, _ = house.pack(audience)
    path, document = folder / "evidence.json", json.loads((folder / "evidence.json").read_text("utf-8"))
    seen = 0
    for alter in _alterations(document):
        alter()
        _write(path, document)
        (folder / "manifest.json").write_bytes(manifest_of(folder, document))
        assert verify_folder(folder), alter
        document = _restore(document, alter)
        seen += 1
    assert seen > 60


def test_a_link_taken_out_or_moved_is_found_though_the_manifest_is_made_anew(packed: Path, tmp_path: Path) -> None:
    entries = json.loads((packed / "evidence.json").read_text("utf-8"))["entries"]
    out, moved, twice = entries[:3] + entries[4:], [entries[1], entries[0], *entries[2:]], [*entries, entries[0]]
    for altered in (out, moved, twice):
        folder = shutil.copytree(packed, tmp_path / new_id())
        document = json.loads((folder / "evidence.json").read_text("utf-8"))
        document["entries"] = altered
        _write(folder / "evidence.json", document)
        (folder / "manifest.json").write_bytes(manifest_of(folder, document))
        assert verify_folder(folder)


def test_a_chain_made_anew_is_found_by_the_digest_alone(house: House) -> None:
    folder, pack = house.pack("buyer")
    document = json.loads((folder / "evidence.json").read_text("utf-8"))
    document["entries"] = [one for one in document["entries"] if "body" in one][:1]
    first = document["entries"][0] | {"n": 1, "previous": ""}
    document["entries"] = [first | {"hash": link_hash("star", document["ticket"], 1, first["body"], "")}]
    _write(folder / "evidence.json", document)
    (folder / "manifest.json").write_bytes(manifest_of(folder, document))
    assert verify_folder(folder) == ()
    assert verify_folder(folder, pack.digest) == ("manifest.json: it is not the one whose digest the shop named",)


def test_a_file_too_many_a_link_or_no_folder_is_told(packed: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(packed, tmp_path / "copy")
    (folder / "more.txt").write_text("x")
    assert verify_folder(folder) == ("more.txt: the manifest does not name it",)
    (folder / "more.txt").unlink()
    (folder / "link").symlink_to(folder / "evidence.json")
    assert verify_folder(folder) == ("link: it is no plain file",)
    with pytest.raises(OSError, match="not a folder"):
        verify_folder(tmp_path / "missing")


def test_a_folder_that_holds_something_is_left_alone(house: House) -> None:
    folder, _ = house.pack()
    loaded = house.application.shop("star")
    case = collect(house.application.journal, loaded, house.ticket, NOW)
    with pytest.raises(NotEmpty):
        export(case, loaded, house.application.uploads, Wanted("shop", "en", folder), NOW)
    assert verify_folder(folder) == ()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _write(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def test_the_commands_say_what_they_wrote_and_what_was_altered(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.bootstrap.open_application", lambda: nullcontext(house.application))
    out, run = tmp_path / "out", CliRunner().invoke
    written = run(app, ["evidence", "export", house.ticket, "-o", str(out), "--for", "buyer", "--lang", "en", "--json"])
    assert written.exit_code == 0, written.output
    told = json.loads(written.stdout)
    assert {path.name for path in out.iterdir()} == {"evidence.html", "evidence.json", "manifest.json"}
    assert run(app, ["evidence", "verify", str(out), "--digest", told["digest"].upper()]).exit_code == 0
    page = out / "evidence.html"
    page.write_bytes(page.read_bytes().replace(b"Buyer", b"buyer", 1))
    found = run(app, ["evidence", "verify", str(out), "--json"])
    assert found.exit_code == 1
    assert json.loads(found.stdout)["holds"] is False
    assert json.loads(found.stdout)["faults"][0].startswith("evidence.html: it was altered")
    assert run(app, ["evidence", "export", "T-0", "-o", str(tmp_path / "none")]).exit_code == 1
    assert run(app, ["evidence", "export", house.ticket, "-o", str(out)]).exit_code == 2
    assert run(app, ["evidence", "verify", str(tmp_path / "none")]).exit_code == 2


class _Alter:
    """Changes one value of a document, and knows how to put it back."""

    def __init__(self, holder: dict[str, Any], name: str, value: Any) -> None:
        self._holder, self._name, self._value, self._was = holder, name, value, holder[name]

    def __call__(self) -> None:
        self._holder[self._name] = self._value

    def back(self) -> None:
        self._holder[self._name] = self._was

    def __repr__(self) -> str:
        return f"{self._name}: {self._was!r} -> {self._value!r}"


def _restore(document: Any, alter: Callable[[], None]) -> Any:
    assert isinstance(alter, _Alter)
    alter.back()
    return document


def _alterations(document: dict[str, Any]) -> Iterator[_Alter]:
    for name in ("shop", "ticket"):
        yield _Alter(document, name, "other")
    kinds = {entry.get("kind"): entry for entry in document["entries"]}
    for entry in kinds.values():
        for name, value in entry.items():
            if name not in {"erased", "parts"}:
                yield _Alter(
                    entry, name, 99 if isinstance(value, int) else {"x": 1} if isinstance(value, dict) else "x"
                )
        for part in entry.get("parts", {}).values():
            yield _Alter(part, "salt", "00")
            yield _Alter(part, "value", {"text": "altered"})
