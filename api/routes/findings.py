"""Findings: where statements contradict the ledger or one another."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from api.dependencies import View, Viewed
from api.routes.shared import READ_PROBLEMS, After, Limit, OrgQuery, router, wrong_cursor
from api.schemas import history
from api.schemas.common import Entries
from indexer.queries import findings as queries
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.gs1 import parse_any
from ledger.vocabulary import DocumentHash, Id, OrgId
from records import documents

routes = router("findings")
_LARGEST_PART = 2**62


@routes.get("/findings", responses=READ_PROBLEMS)
def list_findings(
    view: Viewed,
    organisation: OrgQuery = None,
    kind: Annotated[str | None, Query(max_length=64, pattern=r"^[A-Za-z]+$")] = None,
    item: Annotated[str | None, Query(max_length=200, description="Digital Link or URN.")] = None,
    statement: Annotated[str | None, Query(pattern=r"^(0x)?[0-9a-f]{64}$")] = None,
    closed: Annotated[bool, Query(description="Closed ones too.")] = False,  # noqa: FBT002  # FastAPI calls it by name
    after: After = None,
    limit: Limit = 50,
) -> Entries[history.Finding]:
    """Findings, newest first, each with its reason and where its statement stands."""
    found = queries.findings(
        view.mirror,
        open_only=not closed,
        org=OrgId(organisation) if organisation else None,
        kind=kind,
        statement=_hash(statement),
        subject=_subject(item),
        after=_start(after),
        limit=limit,
    )
    following = ".".join(map(str, found[-1].position)) if len(found) == limit else None
    entries = [history.finding(each, _source(each, view), view) for each in found]
    return Entries(entries=entries, next=following)


def _source(found: queries.FindingView, view: View) -> documents.StoredStatement | None:
    try:
        return documents.statement(view.records, found.statement, found.org)
    except NotFound:  # said elsewhere; this installation does not keep the document
        return None


def _hash(text: str | None) -> DocumentHash | None:
    return DocumentHash(bytes.fromhex(text.removeprefix("0x"))) if text else None


def _subject(item: str | None) -> Id | None:
    try:
        return parse_any(item).id if item else None
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="item") from error


def _start(after: str | None) -> queries.Position | None:
    if not after:
        return None
    parts = after.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdecimal() for p in parts):
        raise wrong_cursor()
    block, log_index, number = (min(int(part[:20]), _LARGEST_PART) for part in parts)
    return block, log_index, number
