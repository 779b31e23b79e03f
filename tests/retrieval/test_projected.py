"""The learned projection."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import ModelUnavailable
from retrieval.models import embedders_for
from retrieval.packaged import universal_sentence_encoder
from retrieval.projected import PACKAGED, ProjectedEmbedder, Projection, projected_encoder


def test_a_question_lies_nearer_to_the_same_in_the_other_language() -> None:
    pairs = (("付款后多久发货", "how long until it is sent after I pay"), ("能开发票吗", "can I have an invoice"))
    asked = [text for pair in pairs for text in pair]

    def margin(vectors: np.ndarray) -> float:
        same, other = (
            vectors[0] @ vectors[1] + vectors[2] @ vectors[3],
            vectors[0] @ vectors[3] + vectors[2] @ vectors[1],
        )
        return float(same - other)

    plain, projected = universal_sentence_encoder().embed_queries(asked), projected_encoder().embed_queries(asked)
    assert np.allclose(np.linalg.norm(projected, axis=1), 1, atol=1e-5)
    assert margin(projected) > margin(plain)


def test_it_is_the_default_and_can_be_left_out() -> None:
    assert embedders_for("")[0] is projected_encoder()
    assert embedders_for("use")[0] is universal_sentence_encoder()
    assert projected_encoder().name != universal_sentence_encoder().name


def test_another_projection_has_another_name_and_fits_its_own_model_alone(tmp_path: Path) -> None:
    packaged = Projection.load(PACKAGED)
    path = tmp_path / "other.npz"
    np.savez_compressed(path, embedding=np.array(packaged.embedding), matrix=np.eye(512, dtype=np.float16))
    other = ProjectedEmbedder(universal_sentence_encoder(), Projection.load(path))
    assert other.name != projected_encoder().name
    assert np.allclose(other.embed_queries(["a"]), universal_sentence_encoder().embed_queries(["a"]), atol=1e-3)
    with pytest.raises(ModelUnavailable, match="for another"):
        ProjectedEmbedder(universal_sentence_encoder(), Projection("another", packaged.matrix, "x"))
    with pytest.raises(ModelUnavailable, match="make it again"):
        Projection.load(tmp_path / "none.npz")
