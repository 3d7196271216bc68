"""Certificates: what certifiers say of organisations, products and items."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from api.acts import Desk, seconds
from api.dependencies import Called, Viewed
from api.routes.products import JSON
from api.routes.shared import (
    ACCEPTED,
    READ_PROBLEMS,
    After,
    Limit,
    OrgQuery,
    accept,
    cursor_parts,
    cursor_with,
    number_in,
    router,
)
from api.routes.unit_issues import octets
from api.schemas import papers
from api.schemas import trust_requests as r
from api.schemas.common import Entries
from api.schemas.requests import ThingIn
from indexer.queries.certificates import certificates
from ledger import commands as c
from ledger.errors import CommandInvalid, InvalidInput
from ledger.gs1 import parse_any
from ledger.hashing import canonical, document_hash
from ledger.vocabulary import NOTHING, DocumentHash, Id, Kind, OrgId, Seconds

routes = router("certificates")
_SUBJECTS = (Kind.PARTY, Kind.PRODUCT, Kind.LOT, Kind.UNIT)
_DATE_LENGTH = len("2030-06-30")
_DAY = 86_400


@routes.get("/certificates", responses=READ_PROBLEMS)
def list_certificates(
    view: Viewed,
    subject: Annotated[
        str | None, Query(max_length=200, description="Digital Link or EPC URN of the subject.")
    ] = None,
    organisation: OrgQuery = None,
    after: After = None,
    limit: Limit = 50,
) -> Entries[papers.Certificate]:
    """Certificates by subject; about one subject, by one certifier; each with how it stands."""
    start = cursor_parts(after, 3)
    found = certificates(
        view.mirror,
        subject=_named(subject, "subject") if subject else None,
        org=OrgId(organisation) if organisation else None,
        after=(Id(start[0]), OrgId(number_in(start[1])), DocumentHash(start[2])) if start else None,
        limit=limit,
    )
    last = found[-1] if len(found) == limit else None
    following = cursor_with(last.subject, last.org, last.document) if last else None
    return Entries(entries=[papers.certificate(each, view) for each in found], next=following)


@routes.post("/certificates", **ACCEPTED)
def issue_certificate(body: r.NewCertificate, view: Viewed, caller: Called) -> Response:
    """Issues a certificate about an organisation, a product, a lot or a unit. A certifier."""
    if (body.document is None) == (body.content is None):
        raise CommandInvalid("document or content is needed, not both", field="document")
    kept = None if body.content is None else _document(body.content)
    document = DocumentHash(octets(body.document or "0x")) if kept is None else document_hash(kept)
    scheme = DocumentHash(octets(body.scheme) if body.scheme else bytes(NOTHING))

    def commands(desk: Desk) -> list[c.Command]:
        begin, end = _begin(body.valid_from), _end(body.valid_to)
        return [c.IssueCertificate(_subject(desk, body.subject), document, scheme, begin, end)]

    return accept(view, caller, commands, [] if kept is None else [(kept, JSON)])


@routes.post("/revocations", **ACCEPTED)
def revoke_certificate(body: r.NewRevocation, view: Viewed, caller: Called) -> Response:
    """Revokes a certificate. Who issued it; also while writes are paused."""
    document = DocumentHash(octets(body.document))

    def commands(desk: Desk) -> list[c.Command]:
        reason = r.REVOKE_REASONS[body.reason]
        return [c.RevokeCertificate(_subject(desk, body.subject), document, reason)]

    return accept(view, caller, commands)


def _document(content: object) -> bytes:
    try:
        return canonical(content)
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="content") from error


def _subject(desk: Desk, subject: r.Subject) -> Id:
    ways = (subject.organisation, subject.item, subject.gtin)
    if sum(way is not None for way in ways) != 1:
        said = "subject: one of organisation, item, and gtin with lot or serial is needed"
        raise CommandInvalid(said, field="subject")
    if subject.organisation is not None:
        org = desk.organisation(subject.organisation, "subject.organisation")
        known = desk.state.organisations.get(org)
        assert known is not None, "the desk has found it"
        return known.party
    if subject.gtin is not None and not subject.lot and not subject.serial:
        return desk.gtin(subject.gtin, "subject.gtin")
    if subject.item is not None:
        return _named(subject.item, "subject.item")
    thing = ThingIn(gtin=subject.gtin, lot=subject.lot, serial=subject.serial)
    return desk.key(thing, "subject").id


def _named(text: str, field: str) -> Id:
    try:
        key = parse_any(text)
    except InvalidInput as error:
        raise CommandInvalid(error.message, field=field) from error
    if key.kind not in _SUBJECTS:
        raise CommandInvalid(f"a {key.label} is not certified", field=field)
    return key.id


def _begin(text: str | None) -> Seconds:
    """A date begins with its first second."""
    last = seconds(text, "valid_from")
    return Seconds(last - _DAY + 1) if text and len(text) == _DATE_LENGTH else last


def _end(text: str | None) -> Seconds:
    """The first second after: a date is good to its last."""
    last = seconds(text, "valid_to")
    return Seconds(last + 1) if text and len(text) == _DATE_LENGTH else last
