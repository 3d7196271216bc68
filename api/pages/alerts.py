"""The inbox of conflicts as pages: a list, each conflict with its evidence, a form for the outcome.

The same is offered over the interface (`api.routes.alerts`); who sees what is decided there, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.conflict_words import conflict_in_words
from api.dependencies import WRITE, View, Viewed
from api.languages import Language, marked
from api.pages.forms import leading_to
from api.pages.staff import sign_in_first, staff_of
from api.rendering import page
from api.routes.alerts import LevelQuery, OutcomeQuery
from api.scans.sight import maker_filter, makers_of
from api.schemas.staff_scans import OutcomeIn
from ledger.errors import KeyInvalid, NotAuthenticated
from ledger.gs1 import path_of
from ledger.vocabulary import OrgId, key_of
from records.engine import writing
from records.scans import alerts as inbox
from records.scans.alerts import Alert, Concluded
from records.scans.reading import scan

routes = APIRouter(include_in_schema=False)
_SHOWN = 50
_LONGEST_NOTE = 2000
Number = Annotated[int, Path(ge=1, lt=2**53)]

LEVELS = {"watch": marked("to watch"), "conflict": marked("conflict")}
OUTCOMES = {
    "confirmed": marked("confirmed"),
    "false_alarm": marked("false alarm"),
    "unclear": marked("unclear"),
}
KINDS = {"unit": marked("Unit"), "lot": marked("Lot"), "device": marked("One device")}
READS = {
    "view": marked("looked at by a device"),
    "goods_in": marked("read at goods-in"),
    "till": marked("read at the till"),
    "return": marked("read as a return"),
    "code": marked("hidden code presented again"),
}


@routes.get("/alerts")
def show_all(
    request: Request,
    view: Viewed,
    level: LevelQuery = None,
    outcome: OutcomeQuery = "open",
    before: Annotated[int | None, Query(ge=1, lt=2**53)] = None,
) -> Response:
    """Conflicts, the newest first; without more those that nobody has decided."""
    try:
        staff = staff_of(request, view)
    except NotAuthenticated:
        return sign_in_first("/alerts")
    maker = maker_filter(view.mirror, staff.key.org)
    found = inbox.alerts(
        view.records, maker=maker, level=level, outcome=outcome, before=before, limit=_SHOWN
    )
    return page(
        request,
        "alerts.html",
        alerts=[_row(each, view) for each in found],
        following=found[-1].id if len(found) == _SHOWN else None,
        level=level,
        outcome=outcome,
        outcomes=_words(OUTCOMES, view.language),
        rules=list(_precision(view, maker)),
    )


@routes.get("/alerts/{number}")
def show_one(request: Request, view: Viewed, number: Number) -> Response:
    """A conflict with its evidence and what was found out about it."""
    try:
        staff = staff_of(request, view)
    except NotAuthenticated:
        return sign_in_first("/alerts")
    maker = maker_filter(view.mirror, staff.key.org)
    found = inbox.alert(view.records, number, maker)
    return page(
        request,
        "alert.html",
        alert=_row(found, view),
        number=number,
        evidence=list(_evidence(found, view, maker)),
        history=[_concluded(each, view) for each in inbox.outcomes(view.records, number)],
        outcomes=_words(OUTCOMES, view.language),
        may_conclude=WRITE in staff.key.scopes,
        form_token=staff.session.form_token,
    )


@routes.post("/alerts/{number}")
def conclude(
    request: Request,
    view: Viewed,
    number: Number,
    outcome: Annotated[OutcomeIn, Form()],
    note: Annotated[str, Form(max_length=_LONGEST_NOTE)] = "",
    form_token: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Adds an outcome to the history of a conflict."""
    staff = staff_of(request, view)
    staff.session.require_form(form_token)
    staff.key.require(WRITE)
    concluded = Concluded(outcome, note.strip(), staff.key.org, staff.key.id, view.services.now())
    with writing(view.services.records) as records:
        inbox.alert(records, number, maker_filter(view.mirror, staff.key.org))
        inbox.conclude(records, number, concluded)
    return leading_to(f"/alerts/{number}")


def _row(found: Alert, view: View) -> dict[str, Any]:
    language = view.language
    path, label, name = "", "", None
    if found.kind != "device":
        try:
            key = key_of(found.subject)
            path, label, name = path_of(key), str(key), view.names.product_name(key.id)
        except KeyInvalid:
            label = found.subject.hex()
    return {
        "id": found.id,
        "kind": language.text(KINDS[found.kind]),
        "path": path,
        "label": label,
        "name": name,
        "level": language.text(LEVELS[found.level]),
        "public": found.public,
        "rules": found.rules,
        "reasons": [conflict_in_words(each, language) for each in found.reasons],
        "opened": language.moment(found.opened),
        "updated": language.moment(found.updated),
        "outcome": language.text(OUTCOMES[found.outcome]) if found.outcome else "",
    }


def _evidence(found: Alert, view: View, maker: OrgId | None) -> Iterator[dict[str, Any]]:
    """The scans that reasons name, as far as their details are kept. What a device did with goods
    of others is not for this maker.
    """
    for seq in sorted({seq for reason in found.reasons for seq in reason["scans"]}):
        row = scan(view.records, seq)
        if row and maker is not None and found.kind == "device":
            makers = makers_of(view.mirror, view.records, row.details.subject)
            if maker not in makers:
                continue
        kept = row.details if row else None
        yield {
            "seq": seq,
            "when": view.language.moment(row.time) if row else "",
            "what": view.language.text(READS[kept.kind]) if kept else "",
            "where": view.language.country(kept.country or "") if kept else "",
            "who": view.names.party(kept.org).name.text if kept and kept.org else "",
            "site": (kept.site or "") if kept else "",
        }


def _concluded(found: Concluded, view: View) -> dict[str, str]:
    return {
        "outcome": view.language.text(OUTCOMES[found.outcome]),
        "note": found.note,
        "who": view.names.party(found.org).name.text if found.org else found.by,
        "when": view.language.moment(found.time),
    }


def _precision(view: View, maker: OrgId | None) -> Iterator[dict[str, Any]]:
    for each in inbox.precision(view.records, maker):
        percent = "" if each.precision is None else f"{100 * each.precision:.0f} %"
        yield {"of": each, "percent": percent}


def _words(words: dict[str, str], language: Language) -> dict[str, str]:
    return {word: language.text(text) for word, text in words.items()}
