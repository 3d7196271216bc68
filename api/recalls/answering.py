"""Requests that change something here and nothing on chain: done once, answered the same again."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.responses import Response

from api.dependencies import Caller, View
from api.rendering import json_bytes
from records import accounts, request_answers
from records.engine import writing


def answered_once(
    view: View, caller: Caller, do: Callable[[Connection], BaseModel], status: int = 200
) -> Response:
    """Does what a request asks for in one transaction with its answer, or repeats that answer.
    Requests of one organisation come one after another.

    Raises:
        IdempotencyKeyReused: the key was used for another request.
    """
    with writing(view.services.records) as records:
        accounts.lock(records, caller.org)
        key = (caller.org, caller.idempotency_key, caller.request_hash)
        known = request_answers.find(records, *key)
        if known is None:
            body = do(records).model_dump(mode="json")
            known = json_bytes(body).decode()
            request_answers.put(records, *key, known, view.services.now())
    return Response(known.encode(), status, media_type="application/json")
