"""A turn as OpenTelemetry spans, after it is over: one for the turn, one in it for each step. No words, only kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from support.assistant.state import Json, Span

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

Telling = Callable[[Span, Sequence[Span], Json], None]
TOLD = ("engine", "topic", "plan", "access", "verdict", "confidence", "answerable")


class NoExporter(Exception):
    """What sends spans is not installed; the message says what to do."""


def to_endpoint(endpoint: str) -> Telling:
    """Spans to a collector at `endpoint` by OTLP over gRPC, in the background: no buyer waits. Raises NoExporter."""
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        install = "pip install 'anxin[telemetry]', or unset it"
        raise NoExporter(f"ANXIN_OTLP_ENDPOINT needs {error.name}, which is not installed: {install}") from None

    provider = TracerProvider(resource=Resource.create({"service.name": "anxin"}))
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=not endpoint.startswith("https"))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return telling(provider)


def telling(provider: TracerProvider) -> Telling:
    """Spans to a provider."""
    from opentelemetry import trace

    tracer = provider.get_tracer("anxin")

    def tell(whole: Span, steps: Sequence[Span], account: Json) -> None:
        told = {f"anxin.{name}": account[name] for name in TOLD if account.get(name) is not None}
        turn = tracer.start_span("turn", start_time=whole.began, attributes={**told, **_of_the_model(account)})
        inside = trace.set_span_in_context(turn)
        for step in steps:
            tracer.start_span(step.name, inside, start_time=step.began).end(step.ended)
        turn.end(whole.ended)

    return tell


def _of_the_model(account: Json) -> dict[str, Any]:
    worded = account.get("rewording", {})
    counts = {f"anxin.model.{name}": worded[name] for name in ("sent", "kept", "failed") if name in worded}
    return counts | {f"anxin.refused.{name}": count for name, count in worded.get("refused", {}).items()}
