"""Spans as a real collector gets them, over OTLP: every step with its time, and nothing that a buyer wrote or owns."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass, field, replace
from datetime import datetime

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from retrieval.packaged import universal_sentence_encoder
from support.assistant.head import Head
from support.assistant.spans import to_endpoint
from support.assistant.turn import Assistant
from support.bootstrap import Application
from support.service.ask import Question, ask

NOW = datetime.fromisoformat("2026-11-21T12:00:00+08:00")
SAID = "订单号 SC20261118001 密码 lotus-2026 没发货，退款！电话 138-1234-5678，卡密 AB12-CD34-EF56，zhang@mail.example"
SECRETS = ("SC2026", "lotus", "1234", "5678", "EF56", "zhang", "没发货", "退款", "49.00", "星云")
STEPS = {"turn", "guard", "understand", "plan", "retrieve", "locate", "judge", "compose", "verify"}


@dataclass
class Collector:
    """A gRPC server that keeps every export, as bytes and as spans."""

    port: int = 0
    raw: list[bytes] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def collector() -> Iterator[Collector]:
    kept, server = Collector(), grpc.server(futures.ThreadPoolExecutor(1))

    def export(request: bytes, context: object) -> bytes:
        kept.raw.append(request)
        if b"turn" in request:
            kept.came.set()
        return bytes(ExportTraceServiceResponse().SerializeToString())

    handler = grpc.unary_unary_rpc_method_handler(export)
    name = "opentelemetry.proto.collector.trace.v1.TraceService"
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, {"Export": handler}),))
    kept.port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield kept
    server.stop(None)


def test_a_collector_gets_each_step_and_no_word_of_the_buyers(
    application: Application, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")  # ms
    application.shop("star")
    encoder, tell = universal_sentence_encoder(), to_endpoint(f"http://127.0.0.1:{collector.port}")
    assistant = Assistant(Head.load(), lambda text: encoder.embed_queries([text])[0], None, tell)
    answer = ask(replace(application.runtime(), assistant=assistant), Question("star", SAID, "zh-CN", now=NOW))
    assert answer["decision"]["verdict"] == "grant"
    assert collector.came.wait(60)
    whole = b"".join(collector.raw)
    assert not [secret for secret in SECRETS if secret.encode() in whole]
    requests = [ExportTraceServiceRequest.FromString(raw) for raw in collector.raw]
    spans = [
        span
        for request in requests
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    assert {span.name for span in spans} == STEPS
    (turn,) = (span for span in spans if span.name == "turn")
    told = {one.key: one.value.string_value for one in turn.attributes}
    assert (told["anxin.plan"], told["anxin.verdict"], told["anxin.access"]) == ("case", "grant", "opened")
    for span in spans:
        assert turn.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span is turn or (span.parent_span_id, span.trace_id) == (turn.span_id, turn.trace_id)
