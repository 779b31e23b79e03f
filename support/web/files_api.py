"""The shop's files at the desk: articles and macros for seniors, the shop's settings for admins.

Each is drafted, looked at by the shop's own readers, published as a new version and brought back from an old one.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, HTTPException, Query, Request
from pydantic import BaseModel, Field

from knowledge_base.article_file import field_at, joined_article, split_article
from knowledge_base.article_import import article_from
from knowledge_base.documents import UnreadableDocument
from knowledge_base.toml_editing import NotEditable
from knowledge_base.toml_lines import key_at
from support.policy.proof import utc
from support.service import shop_files, shop_forms
from support.service.agents import require
from support.service.publish import PublishedMeanwhile, Signed
from support.service.shop_files import FileChanged, Looked, NotWritable, looked_at, text_lines
from support.web.auth import at_least, runtime_of
from support.web.problems import problem
from ticketing.agent import Agent, actor_of
from ticketing.storage import shop_files as rows
from ticketing.storage.shop_files import FileDraft

Json = dict[str, Any]
Senior = Annotated[Agent, Depends(at_least("senior"))]
Kind = Literal["articles", "macros", "settings"]
Path = Annotated[str, Field(min_length=1, max_length=400)]
Sha = Annotated[str | None, Field(max_length=64)]
Text = Annotated[str, Field(max_length=1_048_576)]
InQuery = Annotated[str, Query(min_length=1, max_length=400)]
LARGEST = 20 * 1024 * 1024


class Written(BaseModel):
    """A file as it is written at the desk: whole, an article's fields and body, or `changes` to shop.toml as it stands.

    Those are a merge patch (RFC 7396) of the tables that forms show; `teams` is their order, the first fit counts.
    """

    path: Path
    text: Text | None = None
    fields: dict[str, Any] | None = None
    body: Text = ""
    changes: dict[str, Any] | None = None
    teams: Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200)] = []


class Draft(Written):
    """`base` is the SHA-256 of the file it was begun from, null where it is new."""

    base: Sha = None


class Publishing(Written):
    """`base` is what the file must still be; `gone` takes it away."""

    base: Sha = None
    note: Annotated[str, Field(max_length=500)] = ""
    gone: bool = False


def file_routes() -> APIRouter:
    """`/api/v1/desk/files`: the routes block, so they run in threads."""
    routes = APIRouter(prefix="/api/v1/desk/files", tags=["desk"])
    _reads(routes)
    _writes(routes)
    return routes


def _reads(routes: APIRouter) -> None:
    @routes.get("")
    def listed(request: Request, senior: Senior, kind: Kind = "articles") -> Json:
        """The files of a kind, published and drafted, by their paths."""
        runtime = runtime_of(request)
        _may(senior, shop_files.KINDS[kind])
        loaded = runtime.shops.get(senior.shop)
        return {"files": shop_files.listed(runtime.journal, loaded.folder, kind)}

    @routes.get("/file")
    def file(request: Request, senior: Senior, path: InQuery) -> Json:
        """A file as it stands, its draft and its versions, the newest first."""
        _may(senior, path)
        runtime = runtime_of(request)
        stored = shop_files.files_of(runtime.journal, senior.shop).get(path)
        draft = shop_files.drafts_by_path(runtime.journal, senior.shop).get(path)
        versions = runtime.journal.read_now(lambda tx: rows.of_path(tx, senior.shop, path))
        if stored is None and draft is None and not versions:
            raise HTTPException(404, f"there is no file {path}")
        return {
            "path": path, "sha256": rows.sha256_of(stored), "text": None if stored is None else _shown(stored),
            "editable": PurePosixPath(path).suffix in shop_files.TEXTS,
            "draft": _draft(draft, rows.sha256_of(stored)),
            "versions": [shop_files.version_view(one) for one in versions],
            **_parts(path, draft.text if draft else _shown(stored or b"")),
            **(_form(request, senior, _shown(stored or b"")) if path == shop_files.KINDS["settings"] else {}),
        }  # fmt: skip

    @routes.get("/versions/{n}")
    def version(request: Request, senior: Senior, n: int, path: InQuery) -> Json:
        """A version's text, and what it differs in from the file as it stands."""
        _may(senior, path)
        runtime = runtime_of(request)
        found = runtime.journal.read_now(lambda tx: rows.of_path(tx, senior.shop, path))
        one = next((each for each in found if each.n == n), None)
        if one is None:
            raise HTTPException(404, f"{path} has no version {n}")
        before = next((each for each in found if each.n < n), None)
        text = "" if one.content is None else _shown(one.content)
        against = "" if before is None or before.content is None else _shown(before.content)
        return shop_files.version_view(one) | {"text": text, "lines": text_lines(against, text), **_parts(path, text)}


def _writes(routes: APIRouter) -> None:
    @routes.post("/look")
    def look(request: Request, senior: Senior, given: Written) -> Json:
        """What the shop's readers say of it, each with its line and, in an article's head, its field."""
        text, looked = _look(request, senior, given, gone=False)
        return {"text": text, "findings": _told(text, given.path, looked), **_parts(given.path, text)}

    @routes.put("/draft")
    def drafted(request: Request, senior: Senior, given: Draft) -> Json:
        """Keep it for later, for every senior to see; nothing is published."""
        text, now = _text(request, senior, given), runtime_of(request).clock()
        draft = FileDraft(given.path, now, senior.display_name, given.base, text)
        runtime_of(request).journal.write_now(lambda tx: rows.save_draft(tx, senior.shop, draft))
        return {"draft": _draft(draft, given.base)}

    @routes.delete("/draft")
    def dropped(request: Request, senior: Senior, path: InQuery) -> Json:
        """Forget a draft."""
        _may(senior, path)
        runtime_of(request).journal.write_now(lambda tx: rows.drop_draft(tx, senior.shop, path))
        return {"draft": None}

    @routes.post("/publication")
    def published(request: Request, senior: Senior, given: Publishing) -> Any:
        """Put it in the place of what it was, from this moment on, or take it away."""
        text, looked = _look(request, senior, given, gone=given.gone)
        runtime = runtime_of(request)
        if looked.faults or looked.folder is None:
            return problem(422, "The file has faults", findings=_told(text, given.path, looked), code="faults")
        signed = Signed(senior.display_name, "publish", runtime.clock(), given.note, actor_of(senior))
        try:
            runtime.shops.write(looked, given.path, given.base, signed)
        except (FileChanged, PublishedMeanwhile) as error:
            return problem(409, "It has changed", str(error), code="conflict")
        if given.changes is None:
            runtime.journal.write_now(lambda tx: rows.drop_draft(tx, senior.shop, given.path))
        return {"path": given.path, "sha256": rows.sha256_of(looked.files.get(given.path))}

    @routes.post("/document")
    def document(
        senior: Senior, content: Annotated[bytes, Body(media_type="application/octet-stream")],
        name: Annotated[str, Query(min_length=1, max_length=200)],
    ) -> Json:  # fmt: skip
        """An HTML, Word or PDF file, or a text, as the beginning of an article in Markdown; nothing of it is kept."""
        if len(content) > LARGEST:
            raise HTTPException(413, f"the file has more than {LARGEST // 2**20} MiB; split it")
        try:
            begun = article_from(name, content)
        except UnreadableDocument as error:
            raise HTTPException(422, str(error)) from error
        return {"title": begun.title or PurePosixPath(name).stem, "body": begun.text}


def _look(request: Request, senior: Agent, given: Written, gone: bool) -> tuple[str, Looked]:
    text = "" if gone else _text(request, senior, given)
    if gone:
        _may(senior, given.path)
    files = shop_files.files_of(runtime_of(request).journal, senior.shop)
    return text, looked_at(files, given.path, None if gone else text)


def _text(request: Request, senior: Agent, given: Written) -> str:
    _may(senior, given.path)
    if given.changes is not None:
        return _changed(request, senior, given)
    if given.fields is None:
        return given.text or ""
    stored = shop_files.files_of(runtime_of(request).journal, senior.shop).get(given.path)
    return joined_article(given.fields, given.body, given.text or _shown(stored or b""))


def _changed(request: Request, senior: Agent, given: Written) -> str:
    path = shop_files.KINDS["settings"]
    if given.path != path:
        raise HTTPException(422, f"only {path} is changed by `changes`")
    stored = shop_files.files_of(runtime_of(request).journal, senior.shop).get(path)
    try:
        return shop_forms.changed(_shown(stored or b""), given.changes or {}, given.teams)
    except NotEditable as error:
        raise HTTPException(422, str(error)) from error


def _form(request: Request, senior: Agent, text: str) -> Json:
    shop = runtime_of(request).shops.get(senior.shop).folder.shop
    return {"values": shop_forms.written(text), "in_force": shop_forms.in_force(shop)}


def _may(agent: Agent, path: str) -> None:
    """Whether this is a file that the agent may write. Raises Forbidden, HTTPException."""
    if path == shop_files.KINDS["settings"]:
        require(agent, "admin")
    elif path not in shop_files.KINDS.values():
        try:
            shop_files.writable(path)
        except NotWritable as error:
            raise HTTPException(422, str(error)) from error


def _told(text: str, path: str, looked: Looked) -> list[Json]:
    at = key_at if path == shop_files.KINDS["settings"] else field_at
    return [
        one | {"field": at(text, int(str(one["line"]))) if one["file"] == path else None}
        for one in shop_files.told(looked.findings)
    ]


def _parts(path: str, text: str) -> Json:
    if path == shop_files.KINDS["settings"]:
        return {"values": shop_forms.written(text)}
    parts = split_article(text)
    return {"fields": dict(parts.fields), "body": parts.body, "body_line": parts.body_line}


def _draft(draft: FileDraft | None, now: str | None) -> Json | None:
    if draft is None:
        return None
    return {"at": utc(draft.at), "by": draft.by, "text": draft.text, "base": draft.base, "stale": draft.base != now}


def _shown(content: bytes) -> str:
    return content.decode("utf-8", "replace")
