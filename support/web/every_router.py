"""Every route there is, in the order in which they are looked through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter

from support.realtime.bells import Bells
from support.service.commands import Commands
from support.service.runtime import Runtime
from support.service.shops import Shops
from support.web.api import api_routes
from support.web.audit_api import audit_routes
from support.web.auth import auth_routes
from support.web.channel_api import channel_routes
from support.web.copilot_api import copilot_routes
from support.web.decisions_api import decision_routes
from support.web.demo import demo_routes
from support.web.desk_api import desk_routes
from support.web.event_stream import stream_routes
from support.web.evidence_api import evidence_routes
from support.web.files_api import file_routes
from support.web.health import Degraded, Readiness, health_routes
from support.web.install_api import install_routes
from support.web.keys_api import key_routes
from support.web.metrics import Metrics
from support.web.order_events import order_event_routes
from support.web.pages import page_routes
from support.web.policies_api import policy_routes
from support.web.policy_drafts_api import policy_draft_routes
from support.web.privacy_api import privacy_routes
from support.web.refunds_api import refund_routes
from support.web.suppliers_api import supplier_routes
from support.web.team_api import team_routes
from support.web.ticket_list_api import ticket_list_routes
from support.web.tickets_api import ticket_routes
from support.web.unanswered_api import unanswered_routes
from support.web.uploads import Uploads, upload_routes
from support.web.webhooks_api import webhook_routes
from ticketing.storage.upload_files import UploadFiles


@dataclass(frozen=True, slots=True)
class Parts:
    """What routes work with."""

    shops: Shops
    files: UploadFiles
    runtime: Runtime
    uploads: Uploads
    commands: Commands
    bells: Bells
    ready: Readiness
    degraded: Degraded
    metrics: Metrics


def every_router(parts: Parts, demo: bool, begin_anew: Callable[[], None] | None) -> list[APIRouter]:
    """The routers; those of the demo where there is one, and pages last."""
    return [
        health_routes(parts.ready, parts.degraded, parts.metrics.text),
        api_routes(parts.shops),
        order_event_routes(parts.runtime),
        auth_routes(),
        desk_routes(),
        copilot_routes(),
        policy_draft_routes(),
        policy_routes(),
        install_routes(),
        file_routes(),
        team_routes(),
        webhook_routes(),
        key_routes(),
        audit_routes(),
        unanswered_routes(),
        refund_routes(),
        privacy_routes(parts.files),
        evidence_routes(parts.files),
        ticket_list_routes(),
        ticket_routes(),
        supplier_routes(),
        decision_routes(),
        upload_routes(parts.uploads),
        channel_routes(parts.commands),
        stream_routes(parts.bells),
        *([demo_routes(parts.shops, begin_anew)] if demo else []),
        page_routes(demo),
    ]
