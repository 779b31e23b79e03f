from __future__ import annotations

from pathlib import Path

import pytest

from support.bootstrap import Application, open_application
from support.service.shops import Shops
from support.settings import Settings
from tests.support.service.small_shop import files


def test_a_folder_is_known_again_while_nothing_in_it_changed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "small", tmp_path / "elsewhere"
    for name, content in files().items():
        for place in (folder, elsewhere):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_bytes(content)
    with open_application(Settings.alone(data_dir=tmp_path / "data")) as application:
        assert application.shops.as_imported(folder) is None
        application.shops.import_folder(folder)
        known = application.shops.as_imported(folder)
        assert known is not None
        assert known.id == "small"
        assert application.shops.as_imported(elsewhere) is None
        (folder / "macros").mkdir(exist_ok=True)
        (folder / "macros" / "thanks.md").write_text("---\ntitle: 谢谢\n---\n谢谢\n", "utf-8")
        assert application.shops.as_imported(folder) is None


def test_what_another_thread_loads_meanwhile_is_not_loaded_again(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops = Shops(application.journal, application.settings.data_dir / "index", application._embedders, lambda *_: None)

    class Busy:
        """A lock for which one waits while its holder loads the shop."""

        def __enter__(self) -> None:
            shops._load("star")

        def __exit__(self, *_: object) -> None:
            """Free again."""

    monkeypatch.setattr(shops, "_lock", Busy())
    assert "star" not in shops.refresh()
    assert shops.loaded("star") is not None
