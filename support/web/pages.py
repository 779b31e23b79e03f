"""The built browser files and our own pages."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse, RedirectResponse

PACKAGED = Path(__file__).parent / "dist"
DIST = PACKAGED if PACKAGED.is_dir() else Path(__file__).parents[2] / "widget" / "dist"
HASHED = re.compile(r"[.-][0-9A-Za-z]{8,}\.(?:js|css)$")
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; "
    "base-uri 'none'; frame-ancestors 'self'; form-action 'self'"
)


def page_routes(demo: bool) -> APIRouter:
    """`/widget.js`, `/widget/…`, the agents' `/desk` with a page to try the chat on, and `/demo` where it is wanted."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/widget.js")
    def loader() -> FileResponse:
        return _file("widget.js")

    @routes.get("/widget/{path:path}")
    def widget_file(path: str) -> FileResponse:
        return _file(path)

    @routes.get("/desk")
    def desk_page() -> FileResponse:
        return _page("desk/index.html")

    @routes.get("/desk/preview")
    def preview_page() -> FileResponse:
        return _page("desk/preview.html")

    if demo:

        @routes.get("/")
        def start() -> RedirectResponse:
            return RedirectResponse("/demo")

        @routes.get("/demo")
        def demo_page() -> FileResponse:
            return _page("demo/index.html")

    return routes


def _page(path: str) -> FileResponse:
    """A page of our own: it runs our files alone, and only our own pages may frame it."""
    response = _file(path)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


def _file(path: str) -> FileResponse:
    """A built file for pages of any origin: without the header a widget silently never mounts."""
    target = (DIST / path).resolve()
    if not target.is_relative_to(DIST.resolve()) or not target.is_file():
        raise HTTPException(404, "no such file")
    kept = "public, max-age=31536000, immutable" if HASHED.search(path) else "no-cache"
    headers = {
        "Access-Control-Allow-Origin": "*", "Cache-Control": kept, "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }  # fmt: skip
    return FileResponse(target, headers=headers)
