"""What stands before every page: same origin, small bodies, and headers that let nothing run but our own files."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

LARGEST_BODY, LARGEST_FILE = 8_000_000, 256_000_000
"""Bytes."""
FILES = "/api/cases/file"
"""Where files of pictures may be sent, which are larger than all else."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""For our own pages: no inline script or style, nothing from elsewhere."""

DOSSIER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; sandbox"
)
"""For the dossier: one file that brings its style along and runs nothing."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

READING = frozenset({"GET", "HEAD", "OPTIONS"})

Next = Callable[[Request], Awaitable[Response]]


async def stand_guard(request: Request, call_next: Next) -> Response:
    """Refuse what comes from elsewhere or is too large; answer the rest with the headers above."""
    refusal = _refusal(request)
    response = PlainTextResponse(refusal[1], refusal[0]) if refusal else await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.app.state.room.settings.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _refusal(request: Request) -> tuple[int, str] | None:
    if request.method in READING:
        return None
    if not is_same_origin(request):
        return 403, "This change came from another site and was refused."
    length = request.headers.get("content-length")
    if length is None or not length.isdecimal():
        return 411, "Say the length of the body."
    if int(length) > (LARGEST_FILE if request.url.path == FILES else LARGEST_BODY):
        return 413, "The body is too large."
    return None


def is_same_origin(request: Request) -> bool:
    """Return whether one of our own pages asked; programs that do not say pass on to the token check.

    Source:
        Fetch Metadata Request Headers, W3C; RFC 6454.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
