"""What routes share: routers, pages of lists, Digital Links in paths, accepting acts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api.acts import Desk
from api.capture import act, bring
from api.dependencies import Caller, StrictRoute, View, link_in_path
from api.refusals import told
from api.rendering import json_bytes
from api.schemas import operations
from api.schemas.service import Problem
from ledger.commands import Command
from ledger.errors import ActRefused, DigitalLinkInvalid, IdempotencyKeyReused, RequestMalformed
from ledger.gs1.digital_link import DigitalLink
from ledger.vocabulary import Gs1Key, Id, Kind
from records import outbox
from records.brought import Brought

PREFIX = "/api/v1"
_PROBLEM = {"model": Problem, "content": {"application/problem+json": {}}}
READ_PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {**_PROBLEM, "description": text}
    for code, text in {
        400: "The request cannot be read.",
        422: "A field is wrong.",
        429: "Too many requests; see Retry-After.",
        503: "Not available now; see Retry-After.",
    }.items()
}
FOUND_PROBLEMS = READ_PROBLEMS | {404: {**_PROBLEM, "description": "There is no such thing."}}
WRITE_PROBLEMS = READ_PROBLEMS | {
    code: {**_PROBLEM, "description": text}
    for code, text in {
        401: "An API key is needed.",
        403: "The API key does not allow this.",
        409: "The rules of the ledger do not allow this.",
        413: "The request is too large.",
        415: "Another media type is needed.",
    }.items()
}
ACCEPTED: dict[str, Any] = {
    "status_code": 202,
    "response_model": operations.Operation,
    "responses": WRITE_PROBLEMS
    | {
        202: {
            "description": "Accepted: it will be performed, or refused by the contract. Follow "
            "`Location`.",
            "headers": {"Location": {"schema": {"type": "string"}}},
        }
    },
}
"""What every act's route has."""

_LARGEST_PAGE = 200
_LARGEST_NUMBER = 2**32

Limit = Annotated[int, Query(ge=1, le=_LARGEST_PAGE, description="Entries at most.")]
After = Annotated[
    str | None, Query(max_length=200, description="`next` of the part that came before.")
]
OrgQuery = Annotated[int | None, Query(ge=1, le=2**32 - 1, description="An organisation's number.")]
LinkPath = Annotated[
    str,
    Path(
        description="Path of a GS1 Digital Link, percent-encoded.",
        openapi_examples={
            "a lot": {"value": "01/09521234543213/10/LOT42A"},
            "a unit": {"value": "01/09521234543213/21/7K3M9QX2HB4C5D6E7F8G"},
        },
    ),
]


def router(tag: str) -> APIRouter:
    """A router for one noun."""
    return APIRouter(prefix=PREFIX, tags=[tag], route_class=StrictRoute)


def linked(request: Request, link: LinkPath) -> DigitalLink:
    """The Digital Link after ``/api/v1/{noun}`` in the path.

    Raises:
        DigitalLinkInvalid: none, or of a kind that Lotmark does not keep.
    """
    noun = request.url.path.removeprefix(PREFIX).split("/")[1]
    found = link_in_path(request, f"{PREFIX}/{noun}")
    if found.key is None:
        raise DigitalLinkInvalid(f"{link!r} names nothing that is kept here", value=link)
    return found


Linked = Annotated[DigitalLink, Depends(linked)]


def key_in(link: DigitalLink, *kinds: Kind) -> Gs1Key:
    """The key of a link, of one of these kinds.

    Raises:
        DigitalLinkInvalid: of another kind.
    """
    if link.key is None or (kinds and link.key.kind not in kinds):
        wanted = " or ".join(kind.name.lower().replace("_", " ") for kind in kinds)
        raise DigitalLinkInvalid(f"the link must name a {wanted}", field="link")
    return link.key


def cursor_of(packed: Id) -> str:
    """An id as what a list goes on after: hexadecimal, so that no address has to escape it."""
    return packed.hex()


def cursor_parts(after: str | None, count: int) -> list[bytes] | None:
    """What a list goes on after, of several parts: hexadecimal, with dots between.

    Raises:
        RequestMalformed: it is none.
    """
    if not after:
        return None
    try:
        parts = [bytes.fromhex(part) for part in after.split(".")]
    except ValueError as error:
        raise wrong_cursor() from error
    if len(parts) != count:
        raise wrong_cursor()
    return parts


def cursor_with(packed: Id, number: int, *more: bytes) -> str:
    """An id, a number and what else there is, as what a list goes on after."""
    return ".".join(part.hex() for part in (packed, number.to_bytes(8, "big"), *more))


def number_in(part: bytes) -> int:
    """A number of a cursor.

    Raises:
        RequestMalformed: larger than any is.
    """
    number = int.from_bytes(part, "big")
    if number >= _LARGEST_NUMBER:
        raise wrong_cursor()
    return number


def wrong_cursor() -> RequestMalformed:
    """What a list says to an ``after`` that it did not give."""
    return RequestMalformed("after: send what came as next", field="after")


def _acted(
    view: View,
    caller: Caller,
    commands: Callable[[Desk], Sequence[Command]],
    attachments: Sequence[tuple[bytes, str]],
    also: Callable[[Connection, outbox.Operation], None] | None,
) -> outbox.Operation:
    try:
        return act(
            view.services,
            caller.org,
            commands(Desk(view, caller.org)),
            caller.idempotency_key,
            caller.request_hash,
            attachments,
            also,
        )
    except ActRefused as error:
        raise told(error, view.names) from error


def brought(view: View, caller: Caller, operations: Sequence[Brought]) -> Response:
    """Accepts operations that others have signed, as `accept` does a caller's own.

    Raises:
        CommandInvalid, ActRefused, NodeUnavailable, IdempotencyKeyReused: see `api.capture`.
    """
    known = outbox.find(view.records, caller.org, caller.idempotency_key)
    if known is None:
        try:
            key, request = caller.idempotency_key, caller.request_hash
            known = bring(view.services, caller.org, operations, key, request)
        except ActRefused as error:
            raise told(error, view.names) from error
    return _accepted(view, caller, known)


def accept(
    view: View,
    caller: Caller,
    commands: Callable[[Desk], Sequence[Command]],
    attachments: Sequence[tuple[bytes, str]] = (),
    also: Callable[[Connection, outbox.Operation], None] | None = None,
) -> Response:
    """Accepts an act, or answers a repeated request with the operation that it made before.
    ``also`` writes what else the request asks for, in the same transaction.

    Raises:
        CommandInvalid, ActRefused, IdempotencyKeyReused: see `api.acts` and `api.capture`.
    """
    known = outbox.find(view.records, caller.org, caller.idempotency_key)
    if known is None:
        known = _acted(view, caller, commands, attachments, also)
    return _accepted(view, caller, known)


def _accepted(view: View, caller: Caller, known: outbox.Operation) -> Response:
    if known.request_hash != caller.request_hash:
        raise IdempotencyKeyReused("this idempotency key was used for another request", id=known.id)
    body = operations.operation(known, view).model_dump(mode="json")
    location = f"{PREFIX}/operations/{known.id}"
    return Response(json_bytes(body), 202, {"Location": location}, media_type="application/json")
