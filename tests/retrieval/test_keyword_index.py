"""Keywords: ranked by rarity, and nothing found where nothing is shared."""

from __future__ import annotations

import numpy as np

from retrieval.keyword_index import KeywordIndex

_TEXTS = ["订单退款流程", "点卡兑换步骤", "refund of an order", "", "发票与报销"]


def test_the_text_that_shares_the_rare_terms_is_first() -> None:
    index = KeywordIndex(_TEXTS)
    places, scores = index.nearest(index.ask("怎么退款"), 3)
    assert places.tolist() == [0]
    assert scores[0] > 0


def test_a_score_of_zero_is_never_ranked() -> None:
    index = KeywordIndex(_TEXTS)
    places, _ = index.nearest(index.ask("天气"), 5)
    assert places.tolist() == []
    assert not index.scores(index.ask("天气")).any()


def test_an_index_of_nothing_finds_nothing() -> None:
    for texts in ([], ["", "！"]):
        index = KeywordIndex(texts)
        asked = index.ask("退款")
        assert index.scores(asked).tolist() == [0] * len(texts)
        assert index.nearest(asked, 3)[0].tolist() == []


def test_common_terms_are_passed_over_only_in_a_large_index() -> None:
    small = KeywordIndex(["卡"] * 50 + ["卡 云海"])
    assert np.count_nonzero(small.scores(small.ask("卡 云海"))) == 51
    large = KeywordIndex(["卡"] * 5_050 + ["卡 云海"])
    assert np.count_nonzero(large.scores(large.ask("卡 云海"))) == 1
    assert np.count_nonzero(large.scores(large.ask("卡"))) == 5_051
