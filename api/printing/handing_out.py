"""Hands a print file out once: as a stream, and gone when all of it was sent."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.services import Services
from ledger.vocabulary import Seconds
from records import print_files, units
from records.engine import writing

_PIECE = 262_144
_log = logging.getLogger(__name__)


class PrintFile(Response):
    """The file of a run that is held ``since`` (`records.units.hold_file`). It is taken away after
    its last byte; a client that leaves before may ask again.
    """

    media_type = "application/octet-stream"

    def __init__(self, services: Services, run_id: str, since: Seconds) -> None:
        self._services, self._run, self._since = services, run_id, since
        self._path: Path = print_files.path_of(services.settings, run_id)
        size = self._path.stat().st_size
        super().__init__(
            headers={
                "Content-Length": str(size),
                "Content-Disposition": f'attachment; filename="{self._path.name}"',
                "Cache-Control": "no-store",
            }
        )
        self._size = size

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """ASGI."""
        sent = False
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            sent = await self._send(send, gone)
        finally:
            gone.cancel()
            await asyncio.shield(run_in_threadpool(self._finish, whole=sent))

    async def _send(self, send: Send, gone: asyncio.Task[None]) -> bool:
        """Sends all of it; False where nobody listens any more."""
        with self._path.open("rb") as file:
            left = self._size
            while not gone.done():
                piece = await run_in_threadpool(file.read, _PIECE)
                left -= len(piece)
                if gone.done():
                    break
                await send({"type": "http.response.body", "body": piece, "more_body": left > 0})
                if left <= 0:  # from here on the server itself says that the client is done
                    return True
        return False

    def _finish(self, *, whole: bool) -> None:
        with writing(self._services.records) as records:
            if not whole:
                units.let_file_go(records, self._run, self._since)
                return
            units.handed_out(records, self._run, self._services.now())
        print_files.remove(self._path)
        _log.info("the print file of run %s was handed out", self._run)


async def _gone(receive: Receive) -> None:
    """Ends when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
