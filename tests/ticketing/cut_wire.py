"""A wire between the record and its server, which can be cut at the very commit."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from tests.running import free_port

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
Moment = Literal["before", "after"]


class Wire:
    """Passes on what comes to a port of its own. Armed, it breaks once: before a commit reaches the server, or after
    the server has done it and before anyone hears so."""

    def __init__(self, server: Path) -> None:
        self._server, self._armed = str(server), list[Moment]()
        self.port = free_port()
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no more connections."""
        if self._thread.is_alive():
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join(60)
            self._listener.close()

    def cut(self, moment: Moment) -> None:
        """Break at the next commit."""
        self._armed.append(moment)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._pass, args=(client,), daemon=True).start()

    def _pass(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
            server.connect(self._server)
            while True:
                for source in select.select([client, server], [], [])[0]:
                    data = source.recv(65536)
                    if not data or (source is client and COMMIT in data and self._breaks(server, data)):
                        return
                    (server if source is client else client).sendall(data)

    def _breaks(self, server: socket.socket, commit: bytes) -> bool:
        moment = self._armed.pop() if self._armed else None
        if moment == "after":
            server.sendall(commit)
            server.recv(65536)
        return moment is not None
