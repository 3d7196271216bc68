"""Staff's own pages begin here: signed in with an API key, for half a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import READ, View, Viewed
from api.errors import problem_of
from api.languages import marked
from api.pages.forms import leading_to, require_own
from api.rendering import language, page
from api.sessions import Session, close_session, open_session, require_session, session_of
from ledger.errors import NotAllowed, NotAuthenticated, NotFound
from records import api_keys
from records.api_keys import ApiKey
from records.engine import reading

routes = APIRouter(include_in_schema=False)
PAGES = ("/alerts", "/till")
"""Pages of staff that signing in leads to."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works: the session of a browser, and the API key that it was opened with."""

    session: Session
    key: ApiKey


def staff_of(request: Request, view: View) -> Staff:
    """Who is signed in; a key that was revoked or has expired signs out its sessions.

    Raises:
        NotAuthenticated: nobody is.
    """
    text = marked("Please sign in.")
    refused = NotAuthenticated(text, template=text)
    session = session_of(request, view.services, "staff")
    if session is None:
        raise refused
    try:
        key = api_keys.key(view.records, session.subject)
    except NotFound as error:
        raise refused from error
    if key.revoked is not None or view.services.now() >= key.expires:
        raise refused
    return Staff(session, key)


def sign_in_first(path: str) -> Response:
    """On to the page where staff signs in, and from there back to one of ours."""
    return leading_to(f"/staff?following={path}" if path in PAGES else "/staff")


@routes.get("/staff")
def show(
    request: Request,
    view: Viewed,
    following: Annotated[str, Query(max_length=_LONGEST)] = "",
) -> Response:
    """Where staff signs in, or sees who is signed in and signs out."""
    try:
        staff = staff_of(request, view)
    except NotAuthenticated:
        return _form(request, following)
    name = view.names.party(staff.key.org).name.text
    return page(request, "staff.html", staff=staff, name=name, following="", problem=None)


@routes.post("/staff/sign-in")
def sign_in(
    request: Request,
    view: Viewed,
    key: Annotated[str, Form(max_length=_LONGEST)] = "",
    following: Annotated[str, Form(max_length=_LONGEST)] = "",
) -> Response:
    """Opens a session with an API key that may read."""
    require_own(request)
    services = view.services
    try:
        with reading(services.records) as records:
            found = api_keys.authenticate(records, key.strip(), now=services.now())
        found.require(READ)
    except NotAuthenticated:
        text = marked("This is no API key that is valid.")
        return _form(request, following, NotAuthenticated(text, template=text))
    except NotAllowed as error:
        return _form(request, following, error)
    response = leading_to(following if following in PAGES else "/staff")
    open_session(response, services, "staff", found.id)
    return response


@routes.post("/staff/sign-out")
def sign_out(
    request: Request, view: Viewed, form_token: Annotated[str, Form(max_length=_LONGEST)] = ""
) -> Response:
    """Ends the session."""
    require_session(request, view.services, "staff").require_form(form_token)
    response = leading_to("/staff")
    close_session(response, "staff")
    return response


def _form(request: Request, following: str, error: Exception | None = None) -> Response:
    problem = problem_of(error, language(request)) if error else None
    return page(
        request,
        "staff.html",
        problem.status if problem else 200,
        staff=None,
        name="",
        following=following if following in PAGES else "",
        problem=problem,
    )
