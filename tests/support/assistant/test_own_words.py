"""A shop's own utterances."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge_base.fault_words import chinese
from knowledge_base.findings import Findings
from knowledge_base.utterance import TOPICS as NAMES
from knowledge_base.utterance import OwnUtterance
from knowledge_base.utterance_reader import read_utterances
from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import Head, Prediction
from support.assistant.own_words import as_the_shop_says, own_words
from support.assistant.topics import TOPICS
from support.assistant.utterance import STANCES

OWN = (
    OwnUtterance("皮皮虾走起", "how_to_use", case=False),
    OwnUtterance("my dino is hungry", "key_invalid", case=True),
)  # fmt: skip


def embed(text: str) -> NDArray[np.float32]:
    vector: NDArray[np.float32] = universal_sentence_encoder().embed_queries([text])[0]
    return vector


@pytest.fixture(scope="module")
def head() -> Head:
    return Head.load()


@pytest.mark.parametrize(
    ("text", "topic", "stance"),
    [("皮皮虾走起！", "how_to_use", "general"), ("My dino is hungry", "key_invalid", "case")],
)
def test_a_message_like_one_of_the_shops_is_about_the_same(head: Head, text: str, topic: str, stance: str) -> None:
    alone = head.predict(text, embed(text))
    found = as_the_shop_says(alone, text, own_words(OWN, embed), embed)
    assert alone.topic != topic
    assert (found.topic, found.stance) == (topic, stance)
    assert found.stance in STANCES
    assert found.topics[0][0] == topic


@pytest.mark.parametrize("text", ["我要退款", "which payment methods do you take"])
def test_any_other_is_not_touched(head: Head, text: str) -> None:
    alone = head.predict(text, embed(text))
    assert as_the_shop_says(alone, text, own_words(OWN, embed), embed) == alone


def test_what_a_person_must_see_stays_heard() -> None:
    alarm = Prediction("counterfeit", 0.6, (("counterfeit", 0.6),), "none", 1.0, "case", 0.9, alarm="counterfeit")
    assert as_the_shop_says(alarm, "皮皮虾走起", own_words(OWN, embed), embed).alarm == "counterfeit"


def test_the_file_is_read_and_its_slips_are_named() -> None:
    findings = Findings()
    content = "text,topic,case\n皮皮虾走起,how_to_use,false\n,stock,\nx,stok,\ny,stock,perhaps\n"
    assert read_utterances(content.encode(), findings)[0] == OWN[0]
    said = "\n".join(map(str, findings.faults))
    assert "utterances.csv:3: text and topic must be filled in" in said
    assert "utterances.csv:4: topic: there is no 'stok'; did you mean 'stock'?" in said
    assert "utterances.csv:5: case:" in said
    assert all(chinese(fault.message) for fault in findings.faults)


def test_every_topic_that_is_not_small_talk_can_be_named() -> None:
    assert set(NAMES) == {name for name, topic in TOPICS.items() if topic.mode != "social"}
