"""Which models serve."""

from __future__ import annotations

from retrieval.embedder import Embedder
from retrieval.packaged import universal_sentence_encoder

PACKAGED = ("", "default", "packaged")


def embedders_for(setting: str = "") -> tuple[Embedder, ...]:
    """The models for the setting `EMBEDDING_MODEL`, the first of them always answering.

    Empty is the packaged default; anything else a sentence-transformers name or folder. Loads nothing yet.
    """
    if setting.strip() in PACKAGED:
        return (universal_sentence_encoder(),)
    from retrieval.sentence_transformer import sentence_transformer

    return (sentence_transformer(setting.strip()),)
