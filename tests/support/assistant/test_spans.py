from __future__ import annotations

import re
import sys
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import Head
from support.assistant.spans import NoExporter, telling, to_endpoint
from support.assistant.turn import Assistant
from support.bootstrap import Application
from support.service.ask import Question, ask


def test_a_turn_is_a_span_with_its_steps_in_it_and_none_of_its_words(application: Application) -> None:
    kept, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    encoder = universal_sentence_encoder()
    told = Assistant(Head.load(), lambda text: encoder.embed_queries([text])[0], None, telling(provider))
    slots = {"order.number": "SC20261118001", "order.proof": "lotus-2026"}
    ask(replace(application.runtime(), assistant=told), Question("star", "没发货，我要退款", slots=slots))
    spans = {span.name: span for span in kept.get_finished_spans()}
    turn = spans.pop("turn")
    assert spans.keys() == {"guard", "understand", "plan", "retrieve", "locate", "judge", "compose", "verify"}
    assert turn.attributes is not None
    assert (turn.attributes["anxin.plan"], turn.attributes["anxin.verdict"]) == ("case", "grant")
    for span in spans.values():
        assert span.parent is not None
        assert span.parent.span_id == turn.context.span_id
        times = (turn.start_time, span.start_time, span.end_time, turn.end_time)
        assert sorted(filter(None, times)) == [*times]
    spoken = str([span.to_json() for span in kept.get_finished_spans()])
    said = re.sub(r"\d\d:\d\d:\d\d\.\d+", "", spoken)  # a time may look like an amount
    assert not any(secret in said for secret in ("SC2026", "lotus", "退款", "49.00"))


def test_without_an_exporter_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.grpc.trace_exporter", None)
    with pytest.raises(NoExporter, match=r"pip install 'anxin\[telemetry\]'"):
        to_endpoint("http://127.0.0.1:4317")
