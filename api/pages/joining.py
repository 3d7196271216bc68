"""Pages of who is not signed in: to join, and to sign in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import View, Viewed, address_of, limits_of
from api.errors import problem_of
from api.members import joining
from api.members.requests import sign_in
from api.pages.forms import (
    Forms,
    device_of,
    hand_out_device,
    leading_to,
    new_device,
    own_path,
    require_own,
)
from api.rendering import page
from api.sessions import close_session, open_session, require_session, session_of
from ledger.cards import card_text
from ledger.errors import InvalidInput, LotmarkError, NotAuthenticated
from records import members
from records.members import Personal
from records.members.consents import PURPOSES

routes = APIRouter(include_in_schema=False, dependencies=[Forms])
Text = Annotated[str, Form(max_length=254)]
Next = Annotated[str, Query(max_length=400)]
_FIELDS = ("name", "email", "phone", "password", "referred_by")


@routes.get("/join")
def show_join(request: Request, card: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The form to join; ``card`` is of who brings the new member."""
    return _join_page(request, {"referred_by": card})


@routes.post("/join")
def join(
    request: Request,
    view: Viewed,
    name: Text = "",
    email: Text = "",
    phone: Text = "",
    password: Text = "",
    referred_by: Text = "",
    consents: Annotated[list[str] | None, Form(max_length=10)] = None,
) -> Response:
    """Takes a member in and shows its card, and its secret this once."""
    require_own(request)
    limits_of(request).count_join(address_of(request))
    typed = dict(zip(_FIELDS, (name, email, phone, "", referred_by), strict=True))
    device = device_of(request) or new_device()
    given = {purpose: True for purpose in PURPOSES if purpose in (consents or ())}
    person = Personal(name.strip() or None, email.strip() or None, phone.strip() or None)
    asked = joining.Joining(
        person, view.language.tag, "online", password or None, referred_by.strip() or None, given,
        device,
    )  # fmt: skip
    try:
        joining.require_decent(person)
        member, secret = joining.join(view.services, asked)
    except InvalidInput as error:
        return _join_page(request, typed, given, error=error, view=view)
    response = page(
        request, "joined.html", 201, card=card_text(member.card), number=member.card, secret=secret
    )
    open_session(response, view.services, "member", member.card)
    hand_out_device(request, response, view.services, device)
    return response


def _join_page(
    request: Request,
    typed: dict[str, str],
    given: dict[str, bool] | None = None,
    *,
    error: LotmarkError | None = None,
    view: View | None = None,
) -> Response:
    shown = {name: typed.get(name, "") for name in _FIELDS}
    problem = problem_of(error, view.language) if error and view else None
    status = problem.status if problem else 200
    return page(request, "join.html", status, typed=shown, given=given or {}, problem=problem)


@routes.get("/member/sign-in")
def show_sign_in(request: Request, view: Viewed, next: Next = "") -> Response:  # noqa: A002  # the query's name
    """The form to sign in, or on to where a signed-in member wanted to go."""
    session = session_of(request, view.services, "member")
    if session is not None and members.is_living(view.records, session.subject):
        return leading_to(own_path(next))
    return page(request, "sign-in.html", card="", following=own_path(next), problem=None)


@routes.post("/member/sign-in")
def do_sign_in(
    request: Request,
    view: Viewed,
    card: Text = "",
    password: Text = "",
    following: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Signs a member in; every try that fails is answered alike."""
    require_own(request)
    try:
        member = sign_in(request, view.services, card, password)
    except NotAuthenticated as error:
        problem = problem_of(error, view.language)
        shown: dict[str, Any] = {"card": card, "following": own_path(following)}
        return page(request, "sign-in.html", 401, **shown, problem=problem)
    response = leading_to(own_path(following))
    open_session(response, view.services, "member", member.card)
    hand_out_device(request, response, view.services)
    return response


@routes.post("/member/sign-out")
def sign_out(request: Request, view: Viewed, form_token: Text = "") -> Response:
    """Signs this browser out."""
    require_session(request, view.services, "member").require_form(form_token)
    response = leading_to("/member/sign-in")
    close_session(response, "member")
    return response
