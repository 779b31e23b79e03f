"""`anxin backup` and `anxin restore`: everything that is kept, as one file, and back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from support.cli.options import AsJson
from support.cli.outcome import UNAVAILABLE, end, print_json
from support.cli.progress import progress_line
from support.cli.restored import begin_anew, erased_line

if TYPE_CHECKING:
    from support.service.backup import Manifest
    from support.settings import Settings


def backup(
    archive: Annotated[
        Path | None, typer.Argument(help="A file that is not there yet; anxin-TIME.tar.gz here by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the record and the files that were sent into one archive, while the server runs.

    It holds everything that buyers wrote and the keys that sign sessions: keep it as safe as the data folder.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from support.bootstrap import record_url
    from support.service.backup import UPLOADS, write
    from support.settings import Settings, check_settings
    from ticketing.storage.database import open_engine
    from ticketing.storage.snapshot import CannotCopy, is_empty

    settings, now = Settings(), datetime.now(UTC)
    check_settings(settings)
    archive = archive or Path(f"anxin-{now:%Y%m%d-%H%M%S}.tar.gz")
    if archive.exists():
        raise typer.BadParameter(f"{archive} is there already: name a new file")
    url = record_url(settings)
    engine = open_engine(url)
    try:
        if is_empty(url):
            raise CannotCopy(f"there is no record in {settings.data_dir}: name its folder in ANXIN_DATA_DIR")
        with progress_line("backing up") as tell:  # as it is: whoever is about to upgrade backs up before
            manifest = write(engine, settings.data_dir / UPLOADS, archive, now, tell)
    except (CannotCopy, SQLAlchemyError, OSError) as error:
        end(f"{archive} was not written: {error}", UNAVAILABLE)
    finally:
        engine.dispose()
    if as_json:
        print_json({"archive": str(archive), "bytes": archive.stat().st_size} | asdict(manifest))
    else:
        size = archive.stat().st_size / 2**20
        typer.echo(f"{archive}: the record and {_files(manifest)}, {size:.1f} MiB; put it back with `anxin restore`")


def restore(
    archive: Annotated[Path, typer.Argument(help="What `anxin backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Where a record is there already: move it aside, and keep it.")
    ] = False,
    erasures: Annotated[
        Path | None,
        typer.Option(help="The list of who was erased since; erasures.jsonl of the data folder by default."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup back: into an empty data folder or an empty PostgreSQL database, with no server running.

    Every byte is checked before anything is touched. Pages that were open start over from the record as it then is, and
    buyers who were erased since the backup are erased again.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from support.bootstrap import record_url
    from support.service.backup import BadBackup
    from support.settings import Settings, check_settings
    from ticketing.storage.snapshot import CannotCopy, is_empty

    settings = Settings()
    check_settings(settings)
    if erasures is not None and not erasures.is_file():
        raise typer.BadParameter(f"there is no {erasures}", param_hint="--erasures")
    url = record_url(settings)
    if not is_empty(url) and not replace:
        where = "the database of ANXIN_DATABASE_URL" if settings.database_url else settings.data_dir
        raise typer.BadParameter(f"{where} has a record already: --replace moves it aside, or name an empty place")
    try:
        with progress_line("checking") as tell:
            manifest, aside = _put_back(settings, url, archive, tell)
        shops, again = begin_anew(settings, erasures, datetime.fromisoformat(manifest.made_at))
    except BadBackup as error:
        end(str(error))
    except (CannotCopy, SQLAlchemyError, OSError) as error:
        end(f"the record was not put back: {error}", UNAVAILABLE)
    if as_json:
        print_json(
            asdict(manifest)
            | {"shops": shops, "moved_to": str(aside) if aside else None, "erased_again": asdict(again)}
        )
        return
    typer.echo(f"the record of {manifest.made_at} and {_files(manifest)} are back: {shops} shop{_s(shops)}")
    if aside:
        typer.echo(f"what was here before lies in {aside}")
    typer.echo(erased_line(again))
    typer.echo("`anxin serve` makes the search index anew at its start")


def _put_back(
    settings: Settings, url: str, archive: Path, tell: Callable[[int, int], None]
) -> tuple[Manifest, Path | None]:
    """The files first, the record last: whoever is interrupted says the command again."""
    from support.service.backup import UPLOADS, unpack
    from ticketing.storage.snapshot import KINDS, check_fits, is_empty, move_aside, put_back

    fresh = settings.data_dir / ".restoring"
    uploads = settings.data_dir / UPLOADS
    try:
        manifest = unpack(archive, fresh, tell)
        check_fits(url, manifest.engine, manifest.schema)
        aside = settings.data_dir / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        if not is_empty(url):
            move_aside(url, aside)
        if uploads.exists():
            aside.mkdir(0o700, parents=True, exist_ok=True)
            uploads.rename(aside / UPLOADS)
        if (fresh / UPLOADS).exists():
            (fresh / UPLOADS).rename(uploads)
        put_back(url, fresh / KINDS[manifest.engine])
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest, aside if aside.exists() else None


def _files(manifest: Manifest) -> str:
    return f"{manifest.files} file{_s(manifest.files)}"


def _s(count: int) -> str:
    return "" if count == 1 else "s"
