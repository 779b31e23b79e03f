"""A plain chain as guides show it: the passages nearest to the question, a prompt, a model. No rules, no checks.

It gets the same passages and embedding as we do, and a way to say that it does not know, so that it can be compared.
It opens no order and decides nothing: whole conversations cannot be put to it, what it says of money can.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.vectorstores import InMemoryVectorStore

from evals.beside.ensemble import SameModel
from knowledge_base.shop import ShopFolder
from retrieval.chunking import passages_of
from retrieval.models import embedders_for
from support.assistant.model import Model, ModelFailed

NONE = "NONE"
NEAREST = 5
PROMPT = (
    "You are the customer service of a shop. You get a JSON object with what the buyer wrote, the talk so far and "
    "pieces of the shop's documents. Answer in the buyer's language, from the documents alone. If they hold no answer, "
    f"or the request must be refused, reply with the one word {NONE}."
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the chain said, and the documents that it was shown. A model that failed said nothing."""

    text: str
    sources: tuple[str, ...]
    shown: str

    @property
    def declined(self) -> bool:
        """Whether it said that it does not know."""
        return self.text.strip().strip(".。\"'“”").upper() == NONE


class Chain:
    """The chain over one shop's passages."""

    def __init__(self, model: Model, folder: ShopFolder) -> None:
        passages = [one for one in passages_of(folder) if one.audience == "public"]
        self._model, self._store = model, InMemoryVectorStore(SameModel(embedders_for()[0]))
        self._store.add_texts([one.text for one in passages], metadatas=[{"id": one.document} for one in passages])

    def reply(self, said: str, talk: Sequence[tuple[str, str]] = ()) -> Reply:
        """The answer to a message; `talk` is what the buyer and the shop said before, oldest first."""
        found = self._store.similarity_search(said, k=NEAREST)
        sources = tuple(dict.fromkeys(str(one.metadata["id"]) for one in found))
        shown = [one.page_content for one in found]
        asked = json.dumps({"buyer": said, "talk": list(talk), "documents": shown}, ensure_ascii=False)
        try:
            text = "".join(self._model.stream(PROMPT, asked))
        except ModelFailed:
            text = ""
        return Reply(text, sources, "\n".join(shown))
