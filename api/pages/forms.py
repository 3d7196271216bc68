"""What forms on our pages share: where they may come from, and where they lead to."""

from __future__ import annotations

import re
import secrets

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.errors import WebError
from api.languages import marked
from api.services import Services
from ledger.errors import NotAllowed

DEVICE_COOKIE = "lotmark-member-device"
_DEVICE_DAYS = 400
_DEVICE = re.compile(r"[0-9a-f]{32}")
_OWN = re.compile(r"/(member|claim)(\?[\w=&%./+~-]*)?", re.ASCII)
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_OTHERS = {"cross-site", "same-site"}


def form_body(request: Request) -> None:
    """Lets only forms by where something is sent: an empty one may mean a lot.

    Raises:
        WebError: it is something else.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind not in _FORMS:
        raise WebError(415, marked("Send a form."))


Forms = Depends(form_body)
"""What every router of pages with forms depends on."""


def require_own(request: Request) -> None:
    """Lets only forms by that one of our own pages sent, as far as the browser tells.

    For forms of nobody's session; others carry its token (`api.sessions`).

    Raises:
        NotAllowed: the form stood on another site.
    """
    if request.headers.get("sec-fetch-site", "") in _OTHERS:
        text = marked("This form was sent from another site.")
        raise NotAllowed(text, template=text)


def own_path(text: str | None, otherwise: str = "/member") -> str:
    """Where a form leads to next: a page of ours for members, whatever else was asked for."""
    return text if text and _OWN.fullmatch(text) else otherwise


def leading_to(path: str) -> Response:
    """On to another page, with GET; nothing of it is kept by caches."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def device_of(request: Request) -> str | None:
    """The device that a member uses, by a random number of our own; None where it has none yet."""
    found = request.cookies.get(DEVICE_COOKIE, "")
    return found if _DEVICE.fullmatch(found) else None


def new_device() -> str:
    """The number of a device that has none yet."""
    return secrets.token_hex(16)


def hand_out_device(
    request: Request, response: Response, services: Services, number: str | None = None
) -> None:
    """Gives a device its number where it has none: this one, or any."""
    if device_of(request) is None:
        response.set_cookie(
            DEVICE_COOKIE,
            number or new_device(),
            _DEVICE_DAYS * 86_400,
            httponly=True,
            samesite="lax",
            secure=services.settings.base_url.startswith("https:"),
        )
