"""The workbench as a web application: a desk, its pages and its API behind one guard."""

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.trustedhost import TrustedHostMiddleware

from primum.clinic import api, case_pages, pages
from primum.clinic.desk import Desk
from primum.clinic.guard import Next, stand_guard
from primum.clinic.room import Room, Settings
from primum.clinic.screen import add_tellers

STATIC = Path(__file__).parent / "static"


def create(desk: Desk, settings: Settings) -> FastAPI:
    """Return the application that serves one desk.

    Args:
        desk: Opened on a verified release.
        settings: How it is set up on this machine.
    """
    app = FastAPI(
        title="Primum workbench",
        version="1",
        summary="Impression first, suggestion second, a clinician's decision last.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.room = Room(desk, settings)
    app.include_router(pages.router)
    app.include_router(case_pages.router)
    app.include_router(api.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    add_tellers(app)

    @app.middleware("http")
    async def guarded(request: Request, call_next: Next) -> Response:
        return await stand_guard(request, call_next)

    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts))
    return app
