"""Scans: what staff reads, what is kept of all of them, and the proof of each."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from api.counting import counting_of
from api.dependencies import Called, ReaderKey, Viewed, WriterKey
from api.recalls.answering import answered_once
from api.routes.shared import (
    FOUND_PROBLEMS,
    WRITE_PROBLEMS,
    After,
    Limit,
    cursor_parts,
    number_in,
    router,
)
from api.scans.proving import proof
from api.scans.sight import is_auditor, require_scans_of
from api.scans.staff import keep, look
from api.schemas import staff_scans as answers
from api.schemas.common import Entries
from ledger.errors import CommandInvalid, InvalidInput, NotFound
from ledger.vocabulary import Id, lot, unit
from records.scans.reading import scan, scans

routes = router("scans")
SEEN_PROBLEMS = FOUND_PROBLEMS | {code: WRITE_PROBLEMS[code] for code in (401, 403)}
Seq = Annotated[int, Path(ge=1, lt=2**53, description="Its place in the log of scans, from 1.")]


@routes.post("/scans", responses=WRITE_PROBLEMS, response_model=answers.StaffScan)
def read_code(body: answers.NewScan, view: Viewed, caller: Called, key: WriterKey) -> Response:
    """Keeps that staff read a code, and says at once what is known of it and what to do."""
    found = look(view, body.code)
    place = counting_of(view.request).place_of(view.request)
    return answered_once(view, caller, lambda records: keep(view, records, key, found, body, place))


@routes.get("/scans", responses=SEEN_PROBLEMS)
def list_scans(
    view: Viewed,
    key: ReaderKey,
    gtin: Annotated[str | None, Query(max_length=14)] = None,
    lot: Annotated[
        str | None, Query(max_length=20, description="With `gtin`: of its code.")
    ] = None,
    serial: Annotated[
        str | None, Query(max_length=20, description="With `gtin`: of the unit.")
    ] = None,
    own: Annotated[bool, Query(description="Those of your own staff.")] = False,  # noqa: FBT002
    after: After = None,
    limit: Limit = 50,
) -> Entries[answers.KeptScan]:
    """Scans whose details are kept, in order of the log: of goods that you made; of all, for
    auditors; or of your own staff. What came in the last seconds may not be listed yet.
    """
    start = cursor_parts(after, 1)
    subject = _subject(gtin, lot, serial)
    if subject is not None and not own:
        require_scans_of(view.mirror, view.records, key.org, subject)
    sees_all = subject is not None or is_auditor(view.mirror, key.org)
    found = scans(
        view.records,
        after=number_in(start[0]) if start else 0,
        subject=subject,
        org=key.org if own else None,
        maker=None if own or sees_all else key.org,
        limit=limit,
    )
    following = found[-1].seq.to_bytes(7, "big").hex() if len(found) == limit else None
    return Entries(entries=[answers.kept_scan(each, view) for each in found], next=following)


@routes.get("/scans/{seq}", responses=SEEN_PROBLEMS)
def read_scan(seq: Seq, view: Viewed, key: ReaderKey) -> answers.KeptScan:
    """A scan, for who made the goods, whose staff read it, and auditors."""
    found = scan(view.records, seq)
    if found is None:
        raise NotFound(f"nothing is kept of a scan {seq}", seq=seq)
    if found.details.org != key.org:
        require_scans_of(view.mirror, view.records, key.org, found.details.subject)
    return answers.kept_scan(found, view)


@routes.get("/scans/{seq}/proof", responses=FOUND_PROBLEMS)
def prove_scan(seq: Seq, view: Viewed) -> answers.ScanProof:
    """That an entry stands in the log of scans as the operator anchored it; tells nothing of the
    scan itself. `GET /anchors/inclusion` and the contract check it, too.
    """
    return proof(view, seq)


def _subject(gtin: str | None, number: str | None, serial: str | None) -> Id | None:
    if gtin is None and number is None and serial is None:
        return None
    if gtin is None or (number is None) == (serial is None):
        said = "gtin is needed, with lot or serial, not both"
        raise CommandInvalid(said, field="gtin")
    try:
        return (unit(gtin, serial) if serial is not None else lot(gtin, number or "")).id
    except InvalidInput as error:
        raise CommandInvalid(error.message, field="gtin") from error
