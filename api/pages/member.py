"""The page of a signed-in member: what it has and did, a code for the till, consents, farewell."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import View, Viewed
from api.errors import problem_of
from api.languages import localised
from api.members import membership, redeeming
from api.members.balances import MemberBalance, balances
from api.members.requests import member_of
from api.pages.forms import Forms, device_of, hand_out_device, leading_to
from api.pages.points_told import lines_told, message_told, totals_told
from api.qr import qr_image
from api.refusals import told
from api.rendering import json_bytes, page
from api.sessions import Session, close_session, require_session, session_of
from ledger.cards import card_text, read_card
from ledger.earnings import lapse_of
from ledger.errors import ActRefused, InvalidInput, LotmarkError, MemberErased, Refused
from ledger.programme_rules import worth_of
from ledger.redemption_codes import redemption_code_text
from ledger.vocabulary import Seconds
from records import notices
from records.engine import reading, writing
from records.members import Member, codes, consents, devices, messages
from records.members.consents import PURPOSES

routes = APIRouter(include_in_schema=False, dependencies=[Forms])
Token = Annotated[str, Form(max_length=100)]
Number = Annotated[str, Form(max_length=20)]
_SIGN_IN = "/member/sign-in"


@routes.get("/member")
def show_member(
    request: Request, view: Viewed, after: Annotated[int, Query(ge=0, le=10**6)] = 0
) -> Response:
    """What a member has and did, or the way to sign in."""
    session = session_of(request, view.services, "member")
    if session is None:
        return leading_to(_SIGN_IN)
    try:
        member = member_of(view.records, session.subject)
    except MemberErased:
        response = leading_to(_SIGN_IN)
        close_session(response, "member")
        return response
    return _member_page(request, view, session, member, before=after)


@routes.post("/member/codes")
def ask_for_code(
    request: Request,
    view: Viewed,
    form_token: Token = "",
    programme: Number = "",
    points: Number = "",
) -> Response:
    """Asks for a code to spend points with; the page shows it."""
    session, member = _signed_in(request, view, form_token)
    try:
        wanted = (_whole(programme, "programme"), _whole(points, "points"))
        redeeming.ask(view.services, member.card, *wanted, device=device_of(request))
    except ActRefused as error:
        return _member_page(request, view, session, member, error=told(error, view.names))
    except (InvalidInput, Refused) as error:
        return _member_page(request, view, session, member, error=error)
    response = leading_to("/member#code")
    hand_out_device(request, response, view.services)
    return response


@routes.post("/member/codes/cancel")
def take_code_back(request: Request, view: Viewed, form_token: Token = "") -> Response:
    """Takes back the code that is open."""
    _, member = _signed_in(request, view, form_token)
    with writing(view.services.records) as records:
        codes.cancel_open(records, member.card)
    return leading_to("/member")


@routes.post("/member/consents")
def set_consents(
    request: Request,
    view: Viewed,
    form_token: Token = "",
    given: Annotated[list[str] | None, Form(max_length=10)] = None,
) -> Response:
    """What a member agrees to from now on: exactly what is ticked."""
    _, member = _signed_in(request, view, form_token)
    said = {purpose: purpose in (given or ()) for purpose in PURPOSES}
    with writing(view.services.records) as records:
        consents.put(records, member.card, said, view.services.now())
    return leading_to("/member#consents")


@routes.get("/member/export")
def export(request: Request, view: Viewed) -> Response:
    """All that is kept of the member, as a file."""
    session = require_session(request, view.services, "member")
    member_of(view.records, session.subject)
    kept = membership.export(view.services, session.subject)
    headers = {
        "Content-Disposition": f'attachment; filename="lotmark-{session.subject}.json"',
        "Cache-Control": "no-store",
    }
    return Response(json_bytes(kept), 200, headers, media_type="application/json")


@routes.get("/member/erase")
def show_erase(request: Request, view: Viewed) -> Response:
    """What erasure means, and the form that asks for it."""
    session = require_session(request, view.services, "member")
    member = member_of(view.records, session.subject)
    return _erase_page(request, session, member)


@routes.post("/member/erase")
def erase(
    request: Request,
    view: Viewed,
    form_token: Token = "",
    card: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Forgets the member; its card's number must be typed once more."""
    session, member = _signed_in(request, view, form_token)
    if not _is(card, member.card):
        return _erase_page(request, session, member, wrong=True)
    membership.erase(view.services, member.card)
    response = page(request, "erased.html")
    close_session(response, "member")
    return response


def _signed_in(request: Request, view: View, form_token: str) -> tuple[Session, Member]:
    session = require_session(request, view.services, "member")
    session.require_form(form_token)
    return session, member_of(view.records, session.subject)


def _is(text: str, card: str) -> bool:
    try:
        return read_card(text) == card
    except InvalidInput:
        return False


def _erase_page(
    request: Request, session: Session, member: Member, *, wrong: bool = False
) -> Response:
    shown = {"card": card_text(member.card), "form_token": session.form_token, "wrong": wrong}
    return page(request, "erase.html", 422 if wrong else 200, **shown)


def _member_page(
    request: Request,
    view: View,
    session: Session,
    member: Member,
    *,
    before: int = 0,
    error: LotmarkError | None = None,
) -> Response:
    now = view.services.now()
    problem = problem_of(error, view.language) if error else None
    with reading(view.services.records) as records:  # what was just written is to be seen
        here = {
            "code": _code(view, records, member, now),
            "unread": _unread(records, member),
            "given": consents.given(records, [member.card])[member.card],
            "devices": [view.language.date(each) for each in devices.since(records, member.card)],
            "messages": [
                message_told(each, view) for each in messages.newest(records, member.card, 5)
            ],
        }
    lines, sums, following = lines_told(view, member, before)
    return page(
        request,
        "member.html",
        problem.status if problem else 200,
        card=card_text(member.card),
        form_token=session.form_token,
        balances=[_balance(each, view) for each in _balances(view, member, now)],
        purposes=PURPOSES,
        lines=lines,
        totals=totals_told(sums, view),
        following=following,
        problem=problem,
        **here,
    )


def _unread(records: Connection, member: Member) -> int:
    """Notices of recalls that the member has not said to have read."""
    told = notices.of_member(records, member.card)
    return sum(each.acknowledged is None for each in told)


def _balances(view: View, member: Member, now: Seconds) -> list[MemberBalance]:
    return balances(view.mirror, view.names, member.address, now)


def _balance(found: MemberBalance, view: View) -> dict[str, Any]:
    language, account = view.language, found.account
    worth = worth_of(found.rules, found.spendable) if found.rules else None
    standing = found.standing
    return {
        "programme": found.programme,
        "name": _words(found.name, view)
        or language.text("Programme {number}", number=found.programme),
        "account": account,
        "spendable": found.spendable,
        "worth": language.money(*worth) if worth else "",
        "expiring": [
            (points, language.date(Seconds(lapse_of(quarter))))
            for quarter, points in account.by_quarter
        ],
        "tier": _words(standing.tier.name, view) if standing and standing.tier else "",
        "next": _words(standing.following.name, view) if standing and standing.following else "",
        "missing": standing.missing if standing else 0,
    }


def _words(texts: object, view: View) -> str:
    found = localised(texts, view.language)
    return found[0] if found else ""


def _code(view: View, records: Connection, member: Member, now: Seconds) -> dict[str, Any] | None:
    found = codes.open_of(records, member.card, now)
    if found is None:
        return None
    code = codes.code_of(membership.vault_of(view.services), found.number)
    image = base64.b64encode(qr_image(code, "svg")).decode("ascii")
    return {
        "text": redemption_code_text(code),
        "points": found.points,
        "minutes": max(1, (found.expires - now) // 60),
        "qr": f"data:image/svg+xml;base64,{image}",
    }


def _whole(text: str, field: str) -> int:
    if not (text.strip().isascii() and text.strip().isdecimal() and len(text.strip()) <= 15):
        raise InvalidInput(f"{field} must be a whole number", field=field)
    return int(text)
