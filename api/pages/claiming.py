"""The page that turns the hidden code of a pack into points.

The code may stand in the address behind ``#``, which browsers tell no server; a few lines of our
own script put it in the form, and without script it is typed.
"""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import View, Viewed, address_of, limits_of
from api.errors import problem_of
from api.languages import marked
from api.limiting import network_of
from api.members import claiming
from api.members.requests import member_of
from api.middleware import CONTENT_SECURITY_POLICY
from api.pages.forms import Forms, device_of, hand_out_device, require_own
from api.refusals import told
from api.rendering import page
from api.sessions import Session, session_of
from ledger.cards import card_text, read_card
from ledger.codes import read_code
from ledger.errors import ActRefused, InvalidInput, LotmarkError, NotFound, Refused
from ledger.gs1 import path_of
from ledger.hashing import sha256
from ledger.vocabulary import Gs1Key, unit

routes = APIRouter(include_in_schema=False, dependencies=[Forms])
Text = Annotated[str, Form(max_length=100)]
Named = Annotated[str, Query(max_length=100, description="GTIN/SERIAL")]
_POLICY = CONTENT_SECURITY_POLICY + "; script-src 'self'"


@routes.get("/claim")
def show_claim(request: Request, view: Viewed, u: Named = "") -> Response:
    """The form for a pack's hidden code. Looking at it claims nothing."""
    return _page(request, view, {"u": u})


@routes.post("/claim")
def claim(
    request: Request,
    view: Viewed,
    u: Text = "",
    code: Text = "",
    card: Text = "",
    form_token: Text = "",
    form: Text = "",
) -> Response:
    """Claims the points of a pack for the member who is signed in, or for a card."""
    session = session_of(request, view.services, "member")
    if session is not None:
        session.require_form(form_token)
        card = session.subject
    require_own(request)
    typed = {"u": u, "code": code, "card": card}
    try:
        made = _claimed(request, view, typed, form)
    except ActRefused as error:
        return _page(request, view, typed, error=told(error, view.names))
    except (InvalidInput, Refused) as error:
        return _page(request, view, typed, error=error)
    return page(
        request, "claimed.html", points=made.points, card=card_text(made.card), own=bool(session)
    )


def _claimed(request: Request, view: View, typed: dict[str, str], form: str) -> claiming.Claimed:
    key, card = _key(typed["u"]), _card(typed["card"])
    device = device_of(request) or network_of(address_of(request))
    limits_of(request).count_claim(card, device)
    member_of(view.records, card)
    asked = claiming.ClaimAsked(card, key.id, read_code(typed["code"]))
    org = claiming.operator_of(view.services, view.records)
    body = sha256("\n".join((typed["u"], typed["code"], card)).encode())
    return claiming.claim(view.services, org, asked, f"claim page {card} {form}", body)


def _card(text: str) -> str:
    try:
        return read_card(text)
    except InvalidInput as error:
        said = marked("This is no card number: a digit is wrong.")
        raise InvalidInput(said, field="card", template=said) from error


def _key(text: str) -> Gs1Key:
    gtin, _, serial = text.strip().partition("/")
    try:
        return unit(gtin, serial)
    except InvalidInput as error:
        said = marked("Write the pack as its GTIN, a slash and its serial number.")
        raise InvalidInput(said, field="u", template=said) from error


def _page(
    request: Request, view: View, typed: dict[str, str], *, error: LotmarkError | None = None
) -> Response:
    session = session_of(request, view.services, "member")
    problem = problem_of(error, view.language) if error else None
    response = page(
        request,
        "claim.html",
        problem.status if problem else 200,
        typed={"u": "", "code": "", "card": ""} | typed,
        thing=_thing(typed.get("u", ""), view),
        problem=problem,
        **_signed_in(session, view),
        form=secrets.token_hex(16),
    )
    response.headers["Content-Security-Policy"] = _POLICY
    hand_out_device(request, response, view.services)
    return response


def _signed_in(session: Session | None, view: View) -> dict[str, Any]:
    if session is None:
        return {"own_card": "", "form_token": ""}
    try:
        member = member_of(view.records, session.subject)
    except (NotFound, Refused):
        return {"own_card": "", "form_token": session.form_token}
    return {"own_card": card_text(member.card), "form_token": session.form_token}


def _thing(text: str, view: View) -> dict[str, str] | None:
    """The pack that the address names, if it names one."""
    try:
        key = _key(text)
    except InvalidInput:
        return None
    name = view.names.product_name(key.id)
    return {
        "name": name.text,
        "serial": key.extension,
        "path": path_of(key),
    }
