"""Statements: what organisations said, and corrections."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from api.acts import Desk
from api.dependencies import Called, Caller, View, Viewed
from api.routes.products import JSON
from api.routes.shared import ACCEPTED, FOUND_PROBLEMS, accept, router
from api.schemas import history
from api.schemas import requests as r
from indexer.queries.statements import StatementView, statement
from ledger import commands as c
from ledger.errors import CommandInvalid, NotFound
from ledger.hashing import canonical, document_hash
from ledger.vocabulary import DocumentHash
from records import documents

routes = router("statements")

HashPath = Annotated[
    str, Path(pattern=r"^(0x)?[0-9a-f]{64}$", description="SHA-256 of the bytes, in hexadecimal.")
]


def hash_in_path(text: str) -> DocumentHash:
    """A hash from a path that matches the pattern above."""
    return DocumentHash(bytes.fromhex(text.removeprefix("0x")))


@routes.get("/statements/{digest}", responses=FOUND_PROBLEMS)
def read_statement(digest: HashPath, view: Viewed) -> history.Statement:
    """A statement line by line, and where it stands in a document kept here."""
    found = statement(view.mirror, hash_in_path(digest))
    if found is None:
        raise NotFound(f"no statement {digest} was made")
    return history.statement(found, _source(found, view), view)


def _source(found: StatementView, view: View) -> documents.StoredStatement | None:
    for org in found.orgs:
        try:
            return documents.statement(view.records, found.statement, org)
        except NotFound:
            continue
    return None


@routes.get("/statements/{digest}/bytes", responses=FOUND_PROBLEMS)
def read_statement_bytes(digest: HashPath, view: Viewed) -> Response:
    """The bytes that the hash is of, exactly."""
    data = documents.statement_bytes(view.records, hash_in_path(digest))
    return document_response(data, "application/json", digest)


def document_response(data: bytes, media_type: str, name: str) -> Response:
    """Somebody's document: never shown by a browser as if it were ours."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name.removeprefix("0x")}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "public, max-age=31536000, immutable",
    }
    return Response(data, 200, headers, media_type=media_type)


@routes.post("/corrections", **ACCEPTED)
def correct(body: r.NewCorrection, view: Viewed, caller: Called) -> Response:
    """Takes back an earlier statement or fact of one's own.

    Facts that followed from a statement stand. A fact is never undone: `acts` of the same
    operation set right what can be.
    """
    if body.fact is not None and body.reason is not None and not body.statement and not body.by:
        return _correct_fact(body, body.fact, body.reason, view, caller)
    if body.statement is None or body.fact is not None or body.reason or body.acts:
        said = "statement is needed, or fact with reason, not both"
        raise CommandInvalid(said, field="statement")
    wrong = hash_in_path(body.statement)
    by = hash_in_path(body.by) if body.by else DocumentHash(bytes(32))

    def commands(desk: Desk) -> list[c.Command]:
        if desk.state.said.get((desk.org, wrong)) is None:
            raise NotFound(f"the caller has made no statement {body.statement}")
        return [c.CorrectStatement(wrong, by)]

    return accept(view, caller, commands)


def _correct_fact(
    body: r.NewCorrection, fact: int, reason: dict[str, str], view: View, caller: Caller
) -> Response:
    document = canonical({"fact": fact, "reason": reason})
    acts = [c.from_json(act) for act in body.acts]

    def commands(_: Desk) -> list[c.Command]:
        return [c.CorrectFact(fact, document_hash(document)), *acts]

    return accept(view, caller, commands, [(document, JSON)])
