"""Who is signed in is what we have signed ourselves, for one purpose, and not for ever."""

from __future__ import annotations

from dataclasses import replace

import jwt
import pytest
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services
from api.sessions import LIFE, close_session, open_session, require_session, session_of
from ledger.errors import NotAllowed, NotAuthenticated
from ledger.settings import load


def cookie_of(response: Response) -> str:
    return response.headers["set-cookie"].split(";")[0]


def asking(cookie: str = "") -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "headers": headers})


@pytest.fixture
def signed_in(bare: Services) -> str:
    response = Response()
    open_session(response, bare, "member", "1234")
    return cookie_of(response)


def test_who_signed_in_is_known_with_the_next_request(bare, signed_in):
    found = require_session(asking(signed_in), bare, "member")
    assert (found.kind, found.subject) == ("member", "1234")
    found.require_form(found.form_token)


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(bare):
    response = Response()
    open_session(response, bare, "staff", "key")
    said = response.headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=lax" in said
    assert "secure" in said  # the public address is https


def test_over_plain_http_the_cookie_comes_back_at_all(bare, tmp_path):
    plain = replace(bare, settings=load(data_dir=tmp_path, public_url="http://127.0.0.1:8000"))
    response = Response()
    open_session(response, plain, "staff", "key")
    assert "secure" not in response.headers["set-cookie"].lower()


def test_a_member_is_no_staff(bare, signed_in):
    renamed = signed_in.replace("lotmark-member", "lotmark-staff")
    assert session_of(asking(renamed), bare, "staff") is None
    with pytest.raises(NotAuthenticated):
        require_session(asking(renamed), bare, "staff")


def test_a_session_ends(bare, signed_in):
    over = bare.now() + LIFE["member"]
    assert session_of(asking(signed_in), replace(bare, clock=lambda: over - 60), "member")
    assert session_of(asking(signed_in), replace(bare, clock=lambda: over), "member") is None


@pytest.mark.parametrize("place", [20, -20, -5])
def test_an_altered_cookie_is_nobody_s(bare, signed_in, place):
    letters = list(signed_in)
    letters[place] = "A" if letters[place] != "A" else "Q"
    assert session_of(asking("".join(letters)), bare, "member") is None


def test_what_another_signs_is_nobody_s(bare):
    claims = {"aud": "member", "sub": "1", "jti": "1", "iat": 0, "exp": 2**40}
    for token in (
        jwt.encode(claims, "k" * 32, "HS256"),
        jwt.encode(claims, None, "none"),
        "not.a.token",
    ):
        assert session_of(asking(f"lotmark-member={token}"), bare, "member") is None


def test_a_form_of_another_session_is_refused(bare, signed_in):
    other = open_session(Response(), bare, "member", "1234")
    mine = require_session(asking(signed_in), bare, "member")
    for token in (None, "", other.form_token, "\u00e9"):
        with pytest.raises(NotAllowed):
            mine.require_form(token)


def test_signing_out_takes_the_cookie_away():
    response = Response()
    close_session(response, "member")
    assert "Max-Age=0" in response.headers["set-cookie"]
