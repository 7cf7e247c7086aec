"""What every request passes: the token, the headers of every answer, one line of the log.

A line of the log has no name of a file and no address: a route of the service, a status, a time.
"""

from __future__ import annotations

import logging
import time
from hmac import compare_digest

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chest_xray.serving.answers import NOTICE
from chest_xray.serving.metrics import Metrics

# A page and what it consists of hold nothing of anyone; a probe has no token.
_OPEN = ("/", "/health")
_OPEN_FOLDER = "/static/"
HEADERS = {
    "Chest-Xray-Notice": NOTICE,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

logger = logging.getLogger("chest_xray.serving")


class Gate:
    """ASGI middleware around the whole service."""

    def __init__(
        self, app: ASGIApp, token: str | None, metrics: Metrics, max_request_bytes: int
    ) -> None:
        self._app = app
        self._max_request_bytes = max_request_bytes
        self._token = None if token is None else token.encode()
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if status >= 400 and (status == 408 or self._may_go_on(scope)):
                    headers["Connection"] = "close"
            await send(message)

        try:
            app = self._app if self._may_enter(scope) else _unauthorized
            await app(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            seconds = time.perf_counter() - began
            self._metrics.count_request(route, status, seconds)
            logger.info("%s %d %.0f ms", route, status, 1000 * seconds)

    def _may_go_on(self, scope: Scope) -> bool:
        """Whether a refused request's body may be endless, so that its connection is closed.

        Others are read to their end, so that the client gets to read the answer.
        """
        headers = Headers(scope=scope)
        declared = int(headers.get("content-length", 0))
        return "transfer-encoding" in headers or declared > self._max_request_bytes

    def _may_enter(self, scope: Scope) -> bool:
        path = scope["path"]
        if self._token is None or path in _OPEN or path.startswith(_OPEN_FOLDER):
            return True
        scheme, _, given = Headers(scope=scope).get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and compare_digest(
            given.strip().encode("latin-1"), self._token
        )


async def _unauthorized(scope: Scope, receive: Receive, send: Send) -> None:
    answer = JSONResponse(
        {
            "notice": NOTICE,
            "detail": "This service asks for a token: send it as 'Authorization: Bearer TOKEN'.",
        },
        status_code=401,
        headers={"WWW-Authenticate": "Bearer"},
    )
    await answer(scope, receive, send)
