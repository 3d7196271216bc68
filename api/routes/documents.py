"""Documents: EPCIS and CSV files to take in, and every document that a hash on chain stands for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from api.capture import capture
from api.dependencies import Viewed, WriterKey, idempotency_key, request_hash
from api.errors import WebError
from api.languages import marked
from api.rendering import json_bytes
from api.routes.shared import FOUND_PROBLEMS, PREFIX, WRITE_PROBLEMS, router
from api.routes.statements import HashPath, document_response, hash_in_path
from api.schemas import operations as schemas
from records import documents

routes = router("documents")

EPCIS = {"application/json", "application/ld+json"}
CSV = "text/csv"
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/ld+json": {
                "schema": {"type": "object"},
                "example": {
                    "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
                    "type": "EPCISDocument",
                    "schemaVersion": "2.0",
                    "creationDate": "2026-01-31T09:00:00Z",
                    "epcisBody": {"eventList": []},
                },
            },
            CSV: {"schema": {"type": "string"}},
        },
    }
}


def needed_key(
    request: Request,
    dry_run: Annotated[bool, Query(description="Only report what would follow.")] = False,  # noqa: FBT002  # FastAPI calls it by name
) -> str | None:
    """The idempotency key, which every write needs; none for a dry run."""
    return None if dry_run else idempotency_key(request.headers.get("idempotency-key"))


async def document_body(request: Request) -> tuple[bytes, str]:
    """A document as it was sent, with its media type."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in EPCIS | {CSV}:
        raise WebError(415, marked("Send application/ld+json, application/json or text/csv."))
    return await request.body(), kind


@routes.post(
    "/documents",
    status_code=202,
    response_model=schemas.Capture,
    openapi_extra=_BODY,
    responses=WRITE_PROBLEMS,
)
def take_in(
    key: WriterKey,
    view: Viewed,
    request_key: Annotated[str | None, Depends(needed_key)],
    hashed: Annotated[bytes, Depends(request_hash)],
    document: Annotated[tuple[bytes, str], Depends(document_body)],
    name: Annotated[
        str | None,
        Query(
            max_length=200, description="What people call the file.", examples=["harvest.jsonld"]
        ),
    ] = None,
) -> Response:
    """Takes in an EPCIS 2.0 document (JSON-LD) or a CSV file.

    Every event becomes a statement; where the ledger's state allows, acts follow from it, and where
    not, a finding says why. The same document again adds nothing. With `dry_run` nothing is kept
    and the answer has status 200. A write needs `Idempotency-Key`.
    """
    data, kind = document
    if name is not None and not name.isprintable():
        raise WebError(422, marked("A name has only characters that print."))
    dry_run = request_key is None
    request = None if request_key is None else (request_key, hashed)
    report = capture(
        view.services, key.org, data, kind, name=name, dry_run=dry_run, request=request
    )
    body = json_bytes(schemas.capture(report, view).model_dump(mode="json"))
    headers = {"Location": f"{PREFIX}/documents/{report.document.hex()}"}
    if dry_run:
        return Response(body, 200, media_type="application/json")
    return Response(body, 202, headers, media_type="application/json")


@routes.get("/documents/{digest}", responses=FOUND_PROBLEMS)
def read_document(digest: HashPath, view: Viewed) -> Response:
    """A document, byte for byte."""
    found = documents.get(view.records, hash_in_path(digest))
    return document_response(found.data, found.media_type, digest)
