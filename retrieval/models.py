"""Which models serve."""

from __future__ import annotations

from retrieval.embedder import Embedder
from retrieval.packaged import multilingual_e5, universal_sentence_encoder
from retrieval.projected import projected_encoder


def embedders_for(setting: str = "") -> tuple[Embedder, ...]:
    """The models for the setting `ANXIN_EMBEDDING_MODEL`, the first of them the one that refusal is calibrated by.

    Empty or `default` is the packaged model behind the learned projection, `use` the same without it; `e5` and
    `use+e5` are the other packaged model, ten times slower; anything else is a sentence-transformers name or folder.
    Loads no weights yet.
    """
    name = setting.strip()
    if name in ("", "default", "packaged"):
        return (projected_encoder(),)
    if name == "use":
        return (universal_sentence_encoder(),)
    if name == "e5":
        return (multilingual_e5(),)
    if name == "use+e5":
        return (universal_sentence_encoder(), multilingual_e5())
    from retrieval.sentence_transformer import sentence_transformer

    return (sentence_transformer(name),)
