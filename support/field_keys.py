"""The keys that seal fields of the record: from a setting, or from a file that may change while the server runs."""

from __future__ import annotations

from pathlib import Path

import structlog

from support.settings import Settings, UnusableSettings
from ticketing.errors import BadFieldKey
from ticketing.sealing import NO_KEYS, Keys, Ring, read_key

log = structlog.get_logger()


def field_ring(settings: Settings) -> Ring:
    """The record's ring; without keys it seals nothing. Raises UnusableSettings, which tells no key."""
    given, file = settings.field_keys, settings.field_keys_file
    if file == Path():  # a variable that is set and empty, as compose files write those that are not
        file = None
    if given is not None and file is not None:
        raise UnusableSettings("ANXIN_FIELD_KEYS and ANXIN_FIELD_KEYS_FILE are both set: leave one out")
    try:
        if file is not None:
            return Ring(_File(file).keys)
        keys = _keys(given.get_secret_value().split(",")) if given is not None else ()
    except (BadFieldKey, OSError, UnicodeError) as error:
        name = "ANXIN_FIELD_KEYS" if file is None else f"ANXIN_FIELD_KEYS_FILE={file}"
        raise UnusableSettings(f"{name}: {error}") from error
    return Ring(lambda: keys) if keys else NO_KEYS


def _keys(lines: list[str]) -> Keys:
    """Keys by their lines; empty ones and comments are passed over. Raises BadFieldKey."""
    written = (line.partition("#")[0].strip() for line in lines)
    return tuple(read_key(one) for one in written if one)


class _File:
    """Reads the keys at once, and anew when the file changed; while it cannot be read those of before hold on."""

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, (0, 0)
        self._keys: Keys = ()
        self._read()

    def keys(self) -> Keys:
        """The keys as the file has them now."""
        try:
            self._read()
        except (BadFieldKey, OSError, UnicodeError) as error:
            log.error("field keys not read anew; those of before hold on", file=str(self._path), reason=str(error))
        return self._keys

    def _read(self) -> None:
        stat = self._path.stat()
        seen = (stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            found = _keys(self._path.read_text("utf-8").splitlines())
            if not found:
                raise BadFieldKey
            self._keys, self._seen = found, seen
