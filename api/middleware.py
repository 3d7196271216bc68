"""What wraps every request: headers that keep browsers strict, bodies of bounded size and time."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import WebError
from api.languages import marked
from api.rendering import error_response
from ledger.settings import Settings

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, no style but our file, no frame."""

SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_YEAR = 31_536_000
_BODY_SECONDS = 30
"""A body that has not arrived by then is given up."""
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}


class SecurityHeaders:
    """Adds the headers above to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = dict(SECURITY_HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = f"max-age={_YEAR}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class HeadAsGet:
    """Answers HEAD with the headers that GET would have (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def headers_only(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET", "head": True}, receive, headers_only)


class BodyLimit:
    """Reads a body before anything else does, and refuses what is too long or too slow."""

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        try:
            body = await asyncio.wait_for(self._body(scope, receive), _BODY_SECONDS)
        except TimeoutError:
            slow = WebError(408, marked("The request took too long to arrive."))
            await error_response(Request(scope), slow)(scope, receive, send)
            return
        except WebError as error:
            await error_response(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    def _limit(self, scope: Scope) -> int:
        if scope["path"].rstrip("/").endswith("/documents"):
            return self._settings.max_document_bytes
        return self._settings.max_body_bytes

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        limit = self._limit(scope)
        declared = Headers(scope=scope).get("content-length", "")
        too_large = WebError(413, marked("At most {limit} bytes are taken here."), limit=limit)
        if declared.isdecimal() and (len(declared) > len(str(limit)) or int(declared) > limit):
            raise too_large
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return bytes(body)
            body += message.get("body", b"")
            if len(body) > limit:
                raise too_large
            if not message.get("more_body", False):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
