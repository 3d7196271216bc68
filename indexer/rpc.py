"""JSON-RPC as bytes over kept-alive HTTP. Meaning is read elsewhere: see `indexer.fetch`."""

from __future__ import annotations

import base64
import http.client
import threading
from urllib.parse import unquote, urlsplit

from ledger.errors import NodeUnavailable, SettingInvalid

TIMEOUT_SECONDS = 10
LARGEST_ANSWER = 256 * 2**20
"""Bytes. More is refused, and the range asked for is halved."""

# What a kept-alive connection fails with when the node has closed it meanwhile.
_CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


class Rpc:
    """One node. Each thread that posts has a connection of its own.

    Raises:
        SettingInvalid: the address is no http or https URL.
    """

    def __init__(self, url: str, timeout: float = TIMEOUT_SECONDS) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingInvalid(f"{url!r} is no http or https URL", field="rpc_url", value=url)
        secure = parts.scheme == "https"
        self._kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._host, self._port, self._timeout = parts.hostname, parts.port, timeout
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json"}
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            token = base64.b64encode(pair.encode()).decode()
            self._headers["Authorization"] = f"Basic {token}"
        self._own = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def post(self, body: bytes) -> bytes:
        """Sends a request and gives back the answer's bytes, whole.

        Raises:
            NodeUnavailable: no answer in time, not status 200, cut short or too long.
        """
        connection, used = self._connection()
        try:
            try:
                return self._exchange(connection, body)
            except _CLOSED:
                if not used:
                    raise
                connection.close()  # it reconnects by itself
                return self._exchange(connection, body)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise NodeUnavailable(f"the node does not answer: {error!r}") from error
        except NodeUnavailable:
            connection.close()
            raise

    def close(self) -> None:
        """Closes every connection. The next `post` opens one again."""
        for connection in self._all:
            connection.close()

    def _connection(self) -> tuple[http.client.HTTPConnection, bool]:
        known: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if known is not None:
            return known, True
        made = self._kind(self._host, self._port, timeout=self._timeout)
        self._own.connection = made
        self._all.append(made)
        return made, False

    def _exchange(self, connection: http.client.HTTPConnection, body: bytes) -> bytes:
        connection.request("POST", self._path, body, self._headers)
        response = connection.getresponse()
        answer = response.read(LARGEST_ANSWER + 1)
        if len(answer) > LARGEST_ANSWER:
            raise NodeUnavailable("the node's answer is too long", bytes=len(answer))
        if response.length:  # what the header promised and did not come
            raise NodeUnavailable("the node's answer is cut short", missing=response.length)
        if response.status != http.client.OK:
            raise NodeUnavailable(f"the node answers with status {response.status}")
        return answer
