"""Settings: the environment or `.env`, prefix `ANXIN_`. Only the command line and the bootstrap read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

NATS_URL = re.compile(r"((nats|tls)://[^\s,]+)(,\s*(nats|tls)://[^\s,]+)*")


class Settings(BaseSettings):
    """Every setting with its default. Secrets never print."""

    model_config = SettingsConfigDict(env_prefix="ANXIN_", env_file=".env", extra="ignore")

    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535, description="port to listen on")] = 8000
    data_dir: Annotated[Path, Field(description="where everything that is kept lies")] = Path("data")
    shops_dir: Annotated[Path | None, Field(description="shop folders to import at each start, one folder a shop")] = (
        None
    )
    database_url: Annotated[
        SecretStr | None, Field(description="`postgresql://…`; none is SQLite in the data folder")
    ] = None
    field_keys: Annotated[
        SecretStr | None,
        Field(
            description="keys that seal secrets and contacts in the record, by comma, newest first; none: in the clear"
        ),
    ] = None
    field_keys_file: Annotated[
        Path | None, Field(description="the same, a line each, in a file that is read again whenever it changes")
    ] = None
    nats_url: Annotated[SecretStr | None, Field(description="NATS for several workers; none is one process")] = None
    chroma_url: Annotated[str | None, Field(description="a Chroma server; none is Chroma embedded")] = None
    embedding_model: Annotated[
        str, Field(description="a sentence-transformers name or folder; empty is the packaged default")
    ] = ""
    model: Annotated[str | None, Field(description="`provider:name` of a language model; none is rules only")] = None
    model_base_url: Annotated[str | None, Field(description="where the language model is served")] = None
    model_api_key: Annotated[SecretStr | None, Field(description="the language model's key")] = None
    model_wait_ms: Annotated[
        int,
        Field(
            ge=100, le=60_000, description="milliseconds that a model may take until its first words and between any"
        ),
    ] = 4000
    model_reads: Annotated[
        Literal["unsure", "always", "never"],
        Field(description="which messages a model reads besides: those the rules are unsure of, all, or none"),
    ] = "unsure"
    otlp_endpoint: Annotated[
        str, Field(description="an OpenTelemetry collector (OTLP, gRPC) that hears of each turn; empty is none")
    ] = ""
    workers: Annotated[int, Field(ge=1, description="processes; more than one needs PostgreSQL and NATS")] = 1
    upload_mib: Annotated[
        int, Field(ge=1, le=100, description="the largest file that may be sent in a chat, in MiB")
    ] = 10
    upload_days: Annotated[int, Field(ge=1, description="how long a file that was sent is kept")] = 180
    demo_history: Annotated[bool, Field(description="whether `serve --demo` tells its shop an invented past, once")] = (
        True
    )
    stream_pause_ms: Annotated[
        int, Field(ge=0, le=2000, description="milliseconds between the pieces of an answer that is composed at once")
    ] = 0
    own_hosts: Annotated[
        str, Field(description="further hosts of this server, by comma, whose pages may open the socket")
    ] = ""
    rate_buyer: Annotated[
        float,
        Field(
            ge=0,
            description="messages a second of one buyer, and five times as much that only looks (history, read, "
            "typing); of each rate twenty times that at once, 0 is no limit",
        ),
    ] = 2.0
    rate_agent: Annotated[
        float, Field(ge=0, description="changes a second of one agent, and 25 times as much that only looks")
    ] = 2.0
    rate_address: Annotated[
        float, Field(ge=0, description="buyers' messages a second from one address; looks as above")
    ] = 50.0
    rate_shop: Annotated[float, Field(ge=0, description="buyers' messages a second in one shop; looks as above")] = (
        500.0
    )
    rate_connections: Annotated[float, Field(ge=0, description="new sockets a second from one address")] = 20.0
    rate_events: Annotated[
        float, Field(ge=0, description="order events a second from one address, and signed ones of one shop")
    ] = 50.0
    rate_api: Annotated[
        float, Field(ge=0, description="requests to the API a second of one token, an agent's session or an API key")
    ] = 20.0
    rate_visitors: Annotated[float, Field(ge=0, description="new visitors a second from one address")] = 5.0
    webhooks_private: Annotated[
        bool,
        Field(description="whether webhooks set up at the desk may lead to addresses that are not public, and to http"),
    ] = False
    trusted_proxies: Annotated[
        str,
        Field(description="addresses or networks, by comma, of proxies whose `X-Forwarded-For` is believed"),
    ] = ""

    @classmethod
    def alone(cls, **given: Any) -> Self:
        """These values over the environment's, whatever a `.env` file in the working folder says."""
        return cls(_env_file=None, **given)  # type: ignore[call-arg]  # mypy does not see what BaseSettings takes besides


class UnusableSettings(Exception):
    """The settings ask for something that cannot be; the message says what and what to do."""


class UnusableDatabase(Exception):
    """The database that the settings name cannot be used; the message says why, without its password."""

    def __init__(self, reason: str) -> None:
        one_line = " ".join(reason.split())
        super().__init__(f"the database of ANXIN_DATABASE_URL cannot be used ({one_line}); correct it or the setting")


class UnusableDataFolder(Exception):
    """The data folder or its database cannot be opened; the message says why and what to do."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"the data folder {folder} cannot be used ({reason}); free or correct it, or set ANXIN_DATA_DIR"
        )


def check_settings(settings: Settings) -> None:
    """Raise UnusableSettings for combinations that cannot work."""
    shared = settings.database_url is not None and settings.database_url.get_secret_value().startswith("postgresql:")
    if settings.workers > 1 and not (shared and settings.nats_url):
        raise UnusableSettings(
            "ANXIN_WORKERS above 1 needs ANXIN_DATABASE_URL=postgresql://…, which the workers share, and ANXIN_NATS_URL"
            "=nats://…, by which they hear of each other: set both (docs/several-workers.md), or ANXIN_WORKERS=1"
        )
    if settings.nats_url is not None and not shared:
        raise UnusableSettings(
            "ANXIN_NATS_URL is of use to several workers, which share ANXIN_DATABASE_URL=postgresql://…: set that too "
            "(docs/several-workers.md), or unset it"
        )
    if settings.nats_url is not None and not NATS_URL.fullmatch(settings.nats_url.get_secret_value()):
        raise UnusableSettings("ANXIN_NATS_URL: name nats://host:4222 or tls://host:4222, several by comma")
    url = settings.database_url
    if url is not None and not url.get_secret_value().startswith(("sqlite:", "postgresql:")):
        raise UnusableSettings("ANXIN_DATABASE_URL: name postgresql://… or sqlite:///…, or unset it")


def settings_table() -> str:
    """Every setting as a Markdown table, made from the class itself."""
    lines = ["| setting | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`" if str(field.default) else ""
        lines.append(f"| `ANXIN_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"
