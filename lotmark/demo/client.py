"""A client of the public web service, as a supplier might write one: the standard library only."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from ledger.errors import LotmarkError, Unavailable

SECONDS = 30.0


class WebRefused(LotmarkError):
    """The web service answered with a problem; ``status`` among the values is HTTP's."""


class Client:
    """Speaks to a web service for one organisation, or for nobody."""

    def __init__(self, base_url: str, api_key: str | None = None) -> None:
        """``base_url`` is where the service answers, ``api_key`` the organisation's secret."""
        parts = urlsplit(base_url)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=SECONDS
        )
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def get(self, path: str, accept: str = "application/json") -> tuple[int, bytes]:
        """Status and body of an address.

        Raises:
            Unavailable: no answer.
        """
        return self._ask("GET", path, None, {"Accept": accept})

    def post(self, path: str, body: bytes, media_type: str, idempotency_key: str) -> Any:
        """Asks for something; the same key again asks for the same.

        Raises:
            Unavailable: no answer.
            WebRefused: the answer is a problem.
        """
        headers = {"Content-Type": media_type, "Idempotency-Key": idempotency_key}
        status, answer = self._ask("POST", path, body, headers | {"Accept": "application/json"})
        told = json.loads(answer)
        if status >= http.client.BAD_REQUEST:
            raise WebRefused(f"{path}: {told.get('detail') or told}", status=status, problem=told)
        return told

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        try:
            self._connection.request(method, path, body, self._headers | headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unavailable(f"the web service does not answer: {error}") from error
        finally:
            self._connection.close()  # the server ends what is idle, just when we ask again
