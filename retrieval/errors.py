"""
RetrievalError
├── ModelUnavailable      an embedding model cannot be loaded here
├── WrongDimension        vectors of another model in an index
├── WorkerEnded           a process that shared the work has ended
├── IndexNotReady         no finished index for this content
└── VectorStoreDown       Chroma cannot be reached or its folder not opened
"""

from __future__ import annotations


class RetrievalError(Exception):
    """Anything wrong in finding passages; chat goes on without it and says so."""


class ModelUnavailable(RetrievalError):
    """The model `name` cannot be loaded; `remedy` is what to do."""

    def __init__(self, name: str, reason: str, remedy: str) -> None:
        super().__init__(f"embedding model {name!r}: {reason}; {remedy}")
        self.name, self.reason, self.remedy = name, reason, remedy


class WrongDimension(RetrievalError):
    """Vectors of `given` numbers where the index holds `expected`."""

    def __init__(self, expected: int, given: int) -> None:
        super().__init__(f"vectors of {given} numbers for an index of {expected}: index again with one model")
        self.expected, self.given = expected, given


class WorkerEnded(RetrievalError):
    """A process that shared the work ended before its time: killed, or out of memory."""

    def __init__(self) -> None:
        super().__init__(
            "a process that shared the work ended before it was done (out of memory?): do the same again, what is"
            " indexed stays; `--workers 1` needs the least memory"
        )


class IndexNotReady(RetrievalError):
    """The index of `shop` is missing or half built; `name` is the generation looked for."""

    def __init__(self, shop: str, name: str) -> None:
        super().__init__(f"no finished index {name!r} for shop {shop!r}: build it with `anxin shop import DIR`")
        self.shop, self.name = shop, name


class VectorStoreDown(RetrievalError):
    """Chroma at `place` (a folder or an address) does not answer."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"vector store {place}: {reason}; start it or correct ANXIN_CHROMA_URL")
        self.place, self.reason = place, reason
