"""The packaged head: it loads without scikit-learn and understands what nobody could misunderstand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.packaged import universal_sentence_encoder
from support.assistant.features import BUCKETS, pieces
from support.assistant.head import Head, HeadUnreadable, Prediction, WrongEmbedding
from support.assistant.topics import TOPICS
from support.assistant.utterance import REQUESTS, STANCES


@pytest.fixture(scope="module")
def head() -> Head:
    return Head.load()


def _read(head: Head, text: str) -> Prediction:
    return head.predict(text, universal_sentence_encoder().embed_queries([text]))


def test_the_labels_are_the_ones_that_the_rest_knows(head: Head) -> None:
    assert set(head.topic.labels) == set(TOPICS)
    assert set(head.request.labels) == set(REQUESTS)
    assert set(head.stance.labels) == set(STANCES)
    assert head.embedding == universal_sentence_encoder().name


@pytest.mark.parametrize(
    ("text", "topic", "wish", "stance"),
    [
        ("付了款一直没发货", "not_delivered", "none", "case"),
        ("卡密无效 给我换一张", "key_invalid", "reissue", "case"),
        ("卡密显示已被使用", "key_used", "none", "case"),
        ("我要退款", "refund", "refund", "case"),
        ("有货吗", "stock", "none", "general"),
        ("转人工", "human", "none", "other"),
        ("能开发票吗", "invoice_how", "none", "general"),
        ("I paid but never got my key", "not_delivered", "none", "case"),
        ("cancel my order", "cancel", "cancel", "case"),
        ("do you accept paypal?", "payment_methods", "none", "general"),
        ("thanks a lot", "thanks", "none", "other"),
    ],
)
def test_plain_messages(head: Head, text: str, topic: str, wish: str, stance: str) -> None:
    read = _read(head, text)
    assert (read.topic, read.request, read.stance) == (topic, wish, stance)


def test_three_topics_best_first_with_probabilities(head: Head) -> None:
    read = _read(head, "买错了")
    probabilities = [probability for _, probability in read.topics]
    assert len(read.topics) == 3
    assert read.topics[0] == (read.topic, read.topic_probability)
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < sum(probabilities) <= 1.0001


@pytest.mark.parametrize("text", ["", " ", "\u200b", "😀", "а", "\0", "\ud83d", "好" * 20_000])
def test_any_text_is_read(head: Head, text: str) -> None:
    read = head.predict(text, np.zeros(512, np.float32))
    assert read.topic in TOPICS
    assert np.isfinite(read.topic_probability)


def test_both_shapes_of_an_embedding(head: Head) -> None:
    vector = universal_sentence_encoder().embed_queries(["有货吗"])
    assert head.predict("有货吗", vector) == head.predict("有货吗", vector[0])


def test_another_models_embedding_is_refused(head: Head) -> None:
    with pytest.raises(WrongEmbedding, match="512 numbers and was given 384"):
        head.predict("有货吗", np.zeros(384, np.float32))


def test_an_unreadable_file_says_how_to_make_it_again(tmp_path: Path) -> None:
    with pytest.raises(HeadUnreadable, match=r"python -m support\.assistant\.train"):
        Head.load(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"not an archive")
    with pytest.raises(HeadUnreadable):
        Head.load(tmp_path / "bad.npz")


def test_serving_never_loads_the_trainers_library() -> None:
    code = (
        "import sys; from support.assistant.head import Head; Head.load(); "
        "print(sorted({'sklearn', 'scipy', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pieces_are_the_same_for_one_message_written_in_two_ways() -> None:
    for one, other in [("退款", "退\u200b款"), ("ＣＤＫ无效", "cdk无效"), ("訂單", "订单")]:
        assert np.array_equal(pieces(one), pieces(other))


def test_which_order_it_is_leaves_no_trace_in_the_pieces() -> None:
    assert np.array_equal(pieces("单号 SN20250301881"), pieces("单号 XK99201144"))
    assert np.array_equal(pieces("邮箱 a@b.cn"), pieces("邮箱 joe.smith@mail.example"))


def test_pieces_are_weights_of_length_one_in_the_buckets() -> None:
    buckets, weights = pieces("please help")
    assert buckets.max() < BUCKETS
    assert float(weights @ weights) == pytest.approx(1.0)
    assert pieces("").shape == (2, 0)
