"""Who is signed in on a page: a signed cookie, and proof that a form is of our own page.

A session is a JSON Web Token that this installation signs; it is of one kind (``member``,
``staff``) and names whom it is for. A form is accepted only with the token of its session, so no
other site can send one in a visitor's name.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any, Literal

import jwt
from starlette.requests import Request
from starlette.responses import Response

from api.languages import marked
from api.services import Services
from ledger.errors import NotAllowed, NotAuthenticated
from ledger.vocabulary import Seconds
from records.secret_files import secret

SessionKind = Literal["member", "staff"]
LIFE: dict[SessionKind, int] = {"member": 30 * 86_400, "staff": 12 * 3600}
"""Seconds a session lasts."""
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in. ``form_token`` stands in every form of the session's pages."""

    kind: SessionKind
    subject: str
    id: str
    started: Seconds
    form_token: str

    def require_form(self, token: str | None) -> None:
        """Lets only forms of our own pages by.

        Raises:
            NotAllowed: the form is another session's, or no page's of ours.
        """
        if token is None or not hmac.compare_digest(token.encode(), self.form_token.encode()):
            text = marked("This form is out of date. Please open the page again.")
            raise NotAllowed(text, template=text)


def open_session(
    response: Response, services: Services, kind: SessionKind, subject: str
) -> Session:
    """Signs somebody in: the cookie is set on the response."""
    token, session = new_session(services, kind, subject)
    response.set_cookie(
        _cookie(kind),
        token,
        LIFE[kind],
        httponly=True,
        samesite="lax",
        secure=services.settings.base_url.startswith("https:"),
    )
    return session


def new_session(services: Services, kind: SessionKind, subject: str) -> tuple[str, Session]:
    """Signs somebody in who is no browser: the token that `session_in` reads."""
    now, session_id = services.now(), secrets.token_hex(16)
    claims = {"aud": kind, "sub": subject, "jti": session_id, "iat": now, "exp": now + LIFE[kind]}
    token = jwt.encode(claims, _key(services), _ALGORITHM)
    return token, _session(services, kind, claims)


def close_session(response: Response, kind: SessionKind) -> None:
    """Signs this browser out."""
    response.delete_cookie(_cookie(kind), httponly=True, samesite="lax")


def session_of(request: Request, services: Services, kind: SessionKind) -> Session | None:
    """Who is signed in here, if anybody is."""
    token = request.cookies.get(_cookie(kind))
    return session_in(token, services, kind) if token else None


def session_in(token: str, services: Services, kind: SessionKind) -> Session | None:
    """Whose session a token is, if it is one and good still."""
    try:
        claims = jwt.decode(
            token,
            _key(services),
            [_ALGORITHM],
            audience=kind,
            # the service's clock decides, as everywhere
            options={"require": ["sub", "jti", "iat", "exp"], "verify_exp": False,
                     "verify_iat": False},
        )  # fmt: skip
    except jwt.InvalidTokenError:
        return None
    return _session(services, kind, claims) if services.now() < claims["exp"] else None


def require_session(request: Request, services: Services, kind: SessionKind) -> Session:
    """Who is signed in.

    Raises:
        NotAuthenticated: nobody is.
    """
    found = session_of(request, services, kind)
    if found is None:
        text = marked("Please sign in.")
        raise NotAuthenticated(text, template=text)
    return found


def _session(services: Services, kind: SessionKind, claims: dict[str, Any]) -> Session:
    token = hmac.new(_key(services), f"form {claims['jti']}".encode(), hashlib.sha256).hexdigest()
    return Session(kind, claims["sub"], claims["jti"], Seconds(claims["iat"]), token)


def _cookie(kind: SessionKind) -> str:
    return f"lotmark-{kind}"


def _key(services: Services) -> bytes:
    return secret(services.settings.keys_dir, "sessions")
