"""The composition root: the one place that chooses adapters."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # no weights are fetched at run time
os.environ.setdefault("OMP_NUM_THREADS", "1")  # one thread a worker: more is slower and burns many times the CPU
os.environ.update(LANGSMITH_TRACING="false", LANGCHAIN_TRACING_V2="false")  # no tracing service hears what buyers write

import sqlalchemy as sa
import structlog

from knowledge_base.errors import UnknownShop
from knowledge_base.shop import ShopFolder
from retrieval.models import embedders_for
from retrieval.packaged import universal_sentence_encoder
from retrieval.processes import cores
from support.assistant.graph import Helper
from support.assistant.head import Head
from support.assistant.model import ModelUnusable, Wanted, load_model
from support.assistant.spans import NoExporter, Telling, to_endpoint
from support.assistant.turn import Assistant
from support.field_keys import field_ring
from support.orders.connector import Connector
from support.orders.demo_days import as_if_today
from support.realtime.fan_out import FanOut
from support.realtime.memory import InMemory
from support.service.limits import Rates
from support.service.runtime import Runtime, Whisper
from support.service.shops import LoadedShop, Shops
from support.service.upload_limits import MIB, UploadLimits
from support.settings import Settings, UnusableDatabase, UnusableDataFolder, UnusableSettings, check_settings
from support.stores import connect, environment
from ticketing.errors import UnfitDatabase
from ticketing.storage.database import make_folder, open_engine, sqlite_url
from ticketing.storage.erasure_list import FILE as ERASURES
from ticketing.storage.erasure_list import ErasureList
from ticketing.storage.journal import Journal
from ticketing.storage.migrate import migrate
from ticketing.storage.upload_files import UploadFiles

SHOP_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
DEMO_SHOPS = Path(__file__).parent.parent / "knowledge_base" / "shops"


class Application:
    """Everything put together; made by `open_application`."""

    def __init__(self, settings: Settings, demo: bool = False) -> None:
        self.settings = settings
        self.journal = Journal(_database(settings))
        self._embedders = embedders = embedders_for(settings.embedding_model)
        opens = connect_as_if_today if demo else connect
        self.shops = Shops(self.journal, settings.data_dir / "index", embedders, opens, settings.chroma_url, cores())
        self.uploads = UploadFiles(settings.data_dir / "uploads")
        self.erasures = ErasureList(settings.data_dir / ERASURES)
        self.fan_out = fan_out_of(settings)
        self._runtime: Runtime | None = None

    def shop(self, shop: str) -> LoadedShop:
        """The imported shop; one that lies in the shops folder is imported when a command first asks for it.

        Raises UnknownShop.
        """
        try:
            return self.shops.get(shop)
        except UnknownShop:
            folder = (self.settings.shops_dir or DEMO_SHOPS) / shop
            if not SHOP_ID.fullmatch(shop) or not (folder / "shop.toml").is_file():
                raise
            self.shops.import_folder(folder)
            return self.shops.get(shop)

    def runtime(self, whisper: Whisper | None = None) -> Runtime:
        """The use cases' dependencies; the assistant's models load on first use. Raises UnusableSettings."""
        if self._runtime is None:
            encoder = universal_sentence_encoder()
            assistant = Assistant(
                Head.load(), lambda text: encoder.embed_queries([text])[0],
                helper_of(self.settings), _telling_of(self.settings),
            )  # fmt: skip
            make = partial(
                Runtime, self.journal, self.shops, assistant, pause=self.settings.stream_pause_ms / 1000,
                upload_limits=_upload_limits(self.settings), rates=_rates(self.settings),
                environment=environment, private_webhooks=self.settings.webhooks_private, erasures=self.erasures,
            )  # fmt: skip
            self._runtime = make(whisper) if whisper else make()
        return self._runtime

    def warm(self) -> None:
        """Load every model and run one turn's worth, so that no buyer pays for it."""
        for embedder in self._embedders:
            embedder.warm()
        self.runtime().assistant.warm()

    def close(self) -> None:
        """Commit what waits and let go."""
        self.journal.close()
        self.shops.close()


def fan_out_of(settings: Settings) -> FanOut:
    """The way to the other workers; where there is no broker they find by looking what this one committed."""
    if settings.nats_url is None:
        return InMemory()
    from support.realtime.nats import Nats

    return Nats(settings.nats_url.get_secret_value())


def helper_of(settings: Settings) -> Helper | None:
    """The language model that the settings name, None for the rules alone. Raises UnusableSettings."""
    if not settings.model:
        return None
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
    wanted = Wanted(settings.model, settings.model_base_url, key, settings.model_wait_ms / 1000)
    try:
        return Helper(load_model(wanted), settings.model_reads)
    except ModelUnusable as error:
        raise UnusableSettings(str(error)) from None


def _telling_of(settings: Settings) -> Telling | None:
    """Where turns are told of, None for nowhere. Raises UnusableSettings."""
    try:
        return to_endpoint(settings.otlp_endpoint) if settings.otlp_endpoint else None
    except NoExporter as error:
        raise UnusableSettings(str(error)) from None


def _upload_limits(settings: Settings) -> UploadLimits:
    return UploadLimits(size=settings.upload_mib * MIB, keep=timedelta(days=settings.upload_days))


def _rates(settings: Settings) -> Rates:
    return Rates(
        buyer=settings.rate_buyer, agent=settings.rate_agent, address=settings.rate_address, shop=settings.rate_shop,
        connections=settings.rate_connections, visitors=settings.rate_visitors,
        events=settings.rate_events,
        api=settings.rate_api,
    )  # fmt: skip


def record_url(settings: Settings) -> str:
    """Where the record is, or would be; the data folder is made if it is missing."""
    return settings.database_url.get_secret_value() if settings.database_url else sqlite_url(settings.data_dir)


def _database(settings: Settings) -> sa.Engine:
    """The database, migrated. Raises UnusableDatabase for the one that is named, else UnusableDataFolder."""
    try:
        make_folder(settings.data_dir)
        engine = open_engine(record_url(settings), field_ring(settings))
        migrate(engine)
    except OSError as error:
        raise UnusableDataFolder(settings.data_dir, error.strerror or repr(error)) from error
    except (sa.exc.SQLAlchemyError, UnfitDatabase) as error:
        reason = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).strip()
        if settings.database_url:
            raise UnusableDatabase(reason) from error
        raise UnusableDataFolder(settings.data_dir, reason) from error
    return engine


def connect_as_if_today(folder: ShopFolder, origin: Path) -> Connector | None:
    """As `connect`, the demo shop's orders dated by the days that went by since its file was written."""
    if folder.orders_csv is not None and origin == (DEMO_SHOPS / "star").resolve():
        folder = replace(folder, orders_csv=as_if_today(folder.orders_csv, datetime.now(UTC)))
    return connect(folder, origin)


def _log_to_stderr() -> None:
    """Leave standard output to answers, and a fault's local values out of the log: they hold what buyers wrote."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


@contextmanager
def open_application(settings: Settings | None = None, demo: bool = False) -> Iterator[Application]:
    """An application over the data folder, made and migrated if need be; a `demo` has fresh orders to show.

    Raises UnusableSettings, UnusableDatabase, UnusableDataFolder, SealError where a field needs another key.
    """
    settings = settings or Settings()
    check_settings(settings)
    _log_to_stderr()
    application = Application(settings, demo)
    try:
        yield application
    finally:
        application.close()
