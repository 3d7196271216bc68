"""Print runs: units made here, their print files, and what was activated of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from api.acceptance import accepting
from api.activating import activate, run_of
from api.acts import Desk
from api.dependencies import Called, Caller, ReaderKey, View, Viewed, WriterKey
from api.languages import marked
from api.printing.handing_out import PrintFile
from api.printing.issuing import Wanted, issue
from api.printing.sealing import read_recipient
from api.refusals import told
from api.rendering import json_bytes
from api.routes.shared import (
    FOUND_PROBLEMS,
    PREFIX,
    WRITE_PROBLEMS,
    After,
    Limit,
    router,
    wrong_cursor,
)
from api.routes.unit_issues import lot_of
from api.schemas import print_runs as schemas
from api.schemas.common import Entries
from api.schemas.unit_requests import VOID_REASONS
from ledger.amounts import amount_of
from ledger.errors import ActRefused, CommandInvalid, PrintFileGone, Refused
from ledger.vocabulary import Seconds, key_of
from records import documents, print_files, units
from records.engine import reading, writing
from records.units import Replaced

routes = router("print runs")
RunPath = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$", examples=["5a5a5a5a5a5a"])]
_PROBLEMS = WRITE_PROBLEMS | FOUND_PROBLEMS
_ACCEPTED: dict[str, Any] = {
    "status_code": 202,
    "response_model": schemas.PrintRun,
    "responses": _PROBLEMS | {202: {"description": "Made and accepted. Follow `Location`."}},
}
_FILE: dict[str, Any] = {
    "response_class": Response,
    "responses": _PROBLEMS
    | {
        200: {"content": {"application/octet-stream": {}}, "description": "An age file."},
        410: {"description": "It was handed out before, or is missing."},
    },
}


@routes.post("/print-runs", **_ACCEPTED)
def make_print_run(body: schemas.NewPrintRun, view: Viewed, caller: Called) -> Response:
    """Makes units of a lot: serials, hidden codes, a print file that only `recipient` can read, and
    the act that issues them. The lot's maker.
    """
    desk = Desk(view, caller.org)
    lot = key_of(lot_of(desk, body))
    read_recipient(body.recipient)
    try:
        _, product = desk.product(body.gtin, "gtin")
    except ActRefused as error:
        raise told(error, view.names) from error
    each = amount_of(body.each, product.decimals, "each")
    wanted = Wanted(lot, body.count, each, body.codes, body.activation, body.recipient.strip())
    return _made(view, caller, wanted)


@routes.post("/print-runs/{run_id}/reissues", **_ACCEPTED)
def reissue(run_id: RunPath, body: schemas.NewReissue, view: Viewed, caller: Called) -> Response:
    """Makes the codes of units of a run void and others in their place, in one operation."""
    old = run_of(view.records, caller.org, run_id)
    count = old.count - body.first if body.count is None else body.count
    if count < 1 or body.first + count > old.count:
        raise CommandInvalid(f"the run has the places 0 to {old.count - 1}", field="first")
    if count > schemas.MOST_UNITS:
        said = f"one request makes {schemas.MOST_UNITS} units at most"
        raise CommandInvalid(said, field="count")
    replaced = Replaced(old.id, body.first, count, VOID_REASONS[body.reason])
    wanted = Wanted(
        key_of(old.lot), count, old.each, old.codes, old.activation, body.recipient.strip(),
        replaced,
    )  # fmt: skip
    return _made(view, caller, wanted)


def _made(view: View, caller: Caller, wanted: Wanted) -> Response:
    try:
        run = issue(view.services, caller.org, wanted, caller.idempotency_key, caller.request_hash)
    except ActRefused as error:
        raise told(error, view.names) from error
    services = view.services
    with reading(services.mirror) as mirror, reading(services.records) as records:
        fresh = replace(view, mirror=mirror, records=records)  # one that knows the run
        body = schemas.print_run(run, fresh).model_dump(mode="json")
    location = {"Location": f"{PREFIX}/print-runs/{run.id}"}
    return Response(json_bytes(body), 202, location, media_type="application/json")


@routes.get("/print-runs", responses=WRITE_PROBLEMS)
def list_print_runs(
    key: ReaderKey, view: Viewed, after: After = None, limit: Limit = 50
) -> Entries[schemas.PrintRun]:
    """One's own runs, newest first."""
    found = units.runs(view.records, org=key.org, after=_start(after), limit=limit)
    following = f"{found[-1].created}.{found[-1].id}" if len(found) == limit else None
    return Entries(entries=[schemas.print_run(each, view) for each in found], next=following)


def _start(after: str | None) -> tuple[Seconds, str] | None:
    if not after:
        return None
    time, _, run_id = after.partition(".")
    if not (time.isascii() and time.isdecimal() and len(time) <= 15):
        raise wrong_cursor()
    return Seconds(int(time)), run_id


@routes.get("/print-runs/{run_id}", responses=_PROBLEMS)
def read_print_run(run_id: RunPath, key: ReaderKey, view: Viewed) -> schemas.PrintRun:
    """One run."""
    return schemas.print_run(run_of(view.records, key.org, run_id), view)


@routes.get("/print-runs/{run_id}/file", **_FILE)
def hand_out_print_file(
    run_id: RunPath, key: WriterKey, view: Viewed, request: Request
) -> Response:
    """The print file, once: an age file for the run's `recipient` with a CSV file in it. When it
    was sent whole, it is gone here.
    """
    found = run_of(view.records, key.org, run_id)
    if found.handed_out is not None:
        text = marked("The print file was handed out; it is given only once.")
        raise PrintFileGone(text, template=text)
    if not print_files.path_of(view.services.settings, run_id).exists():
        text = marked("The print file is missing. Issue the run again.")
        raise PrintFileGone(text, template=text)
    if request.scope.get("head"):
        return Response(headers={"Cache-Control": "no-store"})
    now = view.services.now()
    with writing(view.services.records) as records:
        held = units.hold_file(records, run_id, now)
    if not held:
        text = marked("The print file is being handed out now.")
        raise Refused(text, template=text)
    return PrintFile(view.services, run_id, now)


@routes.get("/print-runs/{run_id}/activations", responses=_PROBLEMS)
def list_activations(
    run_id: RunPath, key: ReaderKey, view: Viewed, after: After = None, limit: Limit = 50
) -> Entries[schemas.Activation]:
    """What was activated of a run, oldest first."""
    run = run_of(view.records, key.org, run_id)
    if after and not (after.isascii() and after.isdecimal() and len(after) <= 15):
        raise wrong_cursor()
    found = units.activations(view.records, run.id, after=int(after or 0), limit=limit)
    following = str(found[-1].id) if len(found) == limit else None
    return Entries(entries=[schemas.activation(each) for each in found], next=following)


@routes.post("/activations", status_code=201, responses=_PROBLEMS)
def activate_units(body: schemas.NewActivation, view: Viewed, caller: Called) -> schemas.Activation:
    """Activates units that leave their maker: only then a scan finds them dispatched."""
    services, now = view.services, view.services.now()
    key, request = caller.idempotency_key, caller.request_hash
    with accepting(services, caller.org, key, request) as acceptance:
        records, mirror = acceptance.records, acceptance.mirror
        documents.note_request(records, caller.org, key, request, now)
        (done,) = activate(records, mirror, caller.org, [body], body.reference, now)
    return schemas.activation(done)
