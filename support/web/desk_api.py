"""What the desk reads: queue, dossier, macros, colleagues, reports. Each agent sees the own shop and no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel

from support.assistant.masking import mask_keys
from support.chat.frames import utc
from support.policy.verify import verify
from support.service import reports
from support.service.brief import brief
from support.service.connect_agent import colleagues
from support.service.desk_queue import MOST_ROWS, find, queue, rows_of
from support.service.dossier import Opening, open_dossier, opened_before, record_opening
from support.service.macros import macros
from support.service.reports import BadSpan, NoSuchMeasure
from support.service.runtime import Runtime
from support.service.shops import LoadedShop
from support.service.views import note_view
from support.service.would_change import would_change
from support.web.auth import CurrentAgent, Scoped
from support.web.problems import answers
from ticketing.agent import Agent
from ticketing.errors import NotFound
from ticketing.reports import Point
from ticketing.storage import cases, notes
from ticketing.storage.desk import BadCursor, View
from ticketing.storage.reports import By

Json = dict[str, Any]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]
TicketNumber = Annotated[str, Path(pattern=r"^([Tt]-)?[0-9]{1,15}$")]
MOST_POINTS = 2000
NAMED_SINCE = timedelta(days=7)
Reader = Annotated[Agent, Depends(Scoped("conversations:read"))]
TicketReader = Annotated[Agent, Depends(Scoped("tickets:read"))]
Reporter = Annotated[Agent, Depends(Scoped("reports:read"))]


class Proof(BaseModel):
    """Anything that claims to be a proof."""

    proof: Any


def desk_routes() -> APIRouter:
    """`/api/v1/desk`: for whoever has an agent's session. The routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk", tags=["desk"])
    _queue_routes(routes)
    _case_routes(routes)
    _report_routes(routes)
    return routes


def _queue_routes(routes: APIRouter) -> None:
    @routes.get("/queue")
    def queue_page(
        request: Request, agent: TicketReader, view: View = "waiting", limit: Limit = 50, after: str | None = None,
        lang: str = "",
    ) -> Json:  # fmt: skip
        """A page of a view, nearest deadline first, and how many each view holds."""
        runtime, loaded = _here(request, agent)
        now = runtime.clock()
        with _refused():
            return runtime.journal.read_now(lambda tx: queue(tx, loaded, agent, view, now, limit, after, lang))

    @routes.get("/tickets/{number}")
    def ticket(request: Request, agent: TicketReader, number: TicketNumber, lang: str = "") -> Json:
        """The queue's row of a ticket by its number, with `T-` or without, in whatever view it is."""
        runtime, loaded = _here(request, agent)
        no = int(number.upper().removeprefix("T-"))
        row = runtime.journal.read_now(lambda tx: find(tx, loaded, agent, no, lang))
        if row is None:
            raise HTTPException(404, f"there is no ticket {number}")
        return row

    @routes.get("/agents")
    def agents(request: Request, agent: CurrentAgent) -> list[Json]:
        """The shop's agents: who is here, and how much each has in hand."""
        runtime, _ = _here(request, agent)
        return runtime.journal.read_now(lambda tx: colleagues(tx, agent.shop, runtime.roster))

    @routes.get("/mentions")
    def mentions(request: Request, agent: CurrentAgent) -> list[Json]:
        """Notes of the last seven days in which colleagues named whoever asks, oldest first."""
        runtime, _ = _here(request, agent)
        since = runtime.clock() - NAMED_SINCE
        named = runtime.journal.read_now(lambda tx: notes.naming(tx, agent.shop, agent.display_name, agent.id, since))
        return [
            {"conversation": one.conversation, "note": note_view(one) | {"text": mask_keys(one.text)}} for one in named
        ]


def _case_routes(routes: APIRouter) -> None:
    @routes.get("/conversations/{conversation}")
    def conversation(request: Request, agent: Reader, conversation: str, lang: str = "") -> Json:
        """Everything that is known of a case; that it was opened is recorded."""
        runtime, loaded = _here(request, agent)
        opening, now = Opening(loaded, agent, conversation, lang, runtime.roster, brief), runtime.clock()
        shown = runtime.journal.read_now(lambda tx: open_dossier(tx, opening))
        if not runtime.journal.read_now(lambda tx: opened_before(tx, agent, conversation, now)):
            runtime.journal.write_now(lambda tx: record_opening(tx, agent, conversation, now))
        return shown | {"ways": list(runtime.assistant.ways)}

    @routes.get("/macros", responses=answers(404))
    def macro_list(request: Request, agent: CurrentAgent, conversation: str | None = None) -> list[Json]:
        """The shop's macros, filled from a case."""
        runtime, loaded = _here(request, agent)
        return runtime.journal.read_now(lambda tx: macros(tx, loaded, agent, conversation))

    @routes.get("/decisions/{decision}/changes")
    def decision_changes(request: Request, agent: Reader, decision: str, lang: str = "") -> Json:
        """The smallest changes of facts under which a decision of this shop would come out otherwise."""
        runtime, loaded = _here(request, agent)
        with _refused():
            proof = runtime.journal.read_now(lambda tx: cases.get_decision(tx, agent.shop, decision))
            return would_change(loaded, proof, lang or loaded.folder.shop.languages[0])

    @routes.post("/verify")
    def verify_proof(agent: CurrentAgent, given: Proof) -> Json:
        """Whether a decision follows from its own proof; whatever is no proof does not hold."""
        faults = faults_of(given.proof)
        return {"holds": not faults, "faults": list(faults)}


def _report_routes(routes: APIRouter) -> None:
    @routes.get("/reports")
    def report(request: Request, agent: Reporter, since: datetime | None = None, until: datetime | None = None) -> Json:
        """Every measure of a span, by default the last 30 days."""
        runtime, loaded = _here(request, agent)
        with _refused():
            span = reports.span_of(since, until, runtime.clock())
            return runtime.journal.read_now(lambda tx: reports.report(tx, loaded.folder, span))

    @routes.get("/reports/by/{group}")
    def by_group(
        request: Request, agent: Reporter, group: By,
        since: datetime | None = None, until: datetime | None = None,
    ) -> list[Json]:  # fmt: skip
        """The measures for each agent, team, product, supplier or clause."""
        runtime, loaded = _here(request, agent)
        with _refused():
            span = reports.span_of(since, until, runtime.clock())
            return runtime.journal.read_now(lambda tx: reports.grouped(tx, loaded.folder, span, group))

    @routes.get("/reports/{key}/conversations")
    def behind(
        request: Request, agent: Reporter, key: str, since: datetime | None = None, until: datetime | None = None,
        bucket: str = "", by: By | None = None, group: str = "", lang: str = "",
    ) -> Json:  # fmt: skip
        """What stands behind a number: one entry for each that it counts; with `by` those of one `group` alone."""
        runtime, loaded = _here(request, agent)
        with _refused():
            span = reports.span_of(since, until, runtime.clock())
            shop, of = loaded.folder.shop, (by, group) if by else None
            points = runtime.journal.read_now(lambda tx: reports.behind(tx, shop, span, key, bucket, of))
        shown = points[:MOST_POINTS]
        keys = {point.conversation for point in shown}
        rows = runtime.journal.read_now(lambda tx: rows_of(tx, loaded, agent, keys, lang))
        listed = [_behind(point, rows.get(point.conversation)) for point in shown]
        return {"key": key, "bucket": bucket, "n": len(points), "rows": listed}


def _behind(point: Point, row: Json | None) -> Json:
    told = {"at": utc(point.at), "value": round(point.value, 3), "bucket": point.bucket}
    return {"conversation": point.conversation, **told, "row": row}


def faults_of(proof: object) -> tuple[str, ...]:
    """What does not hold of anything that claims to be a proof."""
    if not isinstance(proof, dict):
        return ("proof: it is not an object",)
    try:
        return verify(proof)
    except RecursionError:
        return ("proof: it is nested too deeply to be one",)


def _here(request: Request, agent: Agent) -> tuple[Runtime, LoadedShop]:
    runtime = request.app.state.runtime
    assert isinstance(runtime, Runtime)
    return runtime, runtime.shops.get(agent.shop)


@contextmanager
def _refused() -> Iterator[None]:
    """What cannot be answered, as the status that says so."""
    try:
        yield
    except NoSuchMeasure as error:
        raise HTTPException(404, str(error)) from error
    except NotFound as error:
        raise HTTPException(404, "no such decision") from error
    except (BadCursor, BadSpan) as error:
        raise HTTPException(422, str(error)) from error
