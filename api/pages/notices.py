"""The page on which a member reads what was recalled, and says that it has read it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.dependencies import Viewed
from api.members.requests import member_of
from api.recalls.hearing import acknowledge, heard_by
from api.rendering import page
from api.sessions import require_session, session_of

routes = APIRouter(include_in_schema=False)


@routes.get("/member/notices")
def show_notices(request: Request, view: Viewed) -> Response:
    """What the signed-in member was told, or the way to sign in."""
    session = session_of(request, view.services, "member")
    if session is None:
        return RedirectResponse("/member/sign-in", 303)
    member = member_of(view.records, session.subject)
    told = [
        {
            "id": each.notice.id,
            "thing": each.thing,
            "text": each.text,
            "by": each.by,
            "when": view.language.moment(each.notice.created),
            "read": each.notice.acknowledged is not None,
        }
        for each in heard_by(view, member.card)
    ]
    return page(request, "notices.html", notices=told, form_token=session.form_token)


@routes.post("/member/notices")
def read_notice(
    request: Request,
    view: Viewed,
    form_token: Annotated[str, Form(max_length=100)] = "",
    notice: Annotated[int, Form(ge=1, lt=2**63)] = 1,
) -> Response:
    """Notes that the member has read a notice."""
    session = require_session(request, view.services, "member")
    session.require_form(form_token)
    member = member_of(view.records, session.subject)
    acknowledge(view, member.card, notice, "page")
    return RedirectResponse("/member/notices", 303)
