"""docs/tutorials/own-model.md, walked with a small server that speaks OpenAI's protocol."""

from __future__ import annotations

from pathlib import Path

from tests.support.assistant.endpoint import Endpoint
from tests.tutorials.walk import ROOT, Walk

INSTALLED = ".venv/bin/pip install -q -c requirements-test.lock langchain-openai"
"""What `make test` has installed already, and offline could not."""


def test_a_model_words_what_was_decided_without_it(tmp_path: Path) -> None:
    with Endpoint() as endpoint:
        instead = {
            "http://127.0.0.1:11434/v1": endpoint.url, INSTALLED: "true",
            "knowledge_base/shops/star": str(ROOT / "knowledge_base/shops/star"),
        }  # fmt: skip
        with Walk(tmp_path, instead, {"ANXIN_MODEL_WAIT_MS": "60000"}) as walk:
            walk.along("tutorials/own-model.md")
        assert any("lines" in one for one in endpoint.messages)
