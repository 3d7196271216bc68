"""The page of recalls: only for who is signed in, and only with forms of its own."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from ledger.vocabulary import DocumentHash, OrgId, Seconds, lot
from records import members, notices
from records.engine import reading, writing
from records.members import MembersVault, NewMember, credentials
from tests.api.town import SALAD

DOCUMENT = DocumentHash(b"\x05" * 32)


@pytest.fixture
def web(bare):
    """Over https: cookies are for nothing else."""
    return TestClient(create_app(bare), bare.settings.base_url, raise_server_exceptions=False)


@pytest.fixture
def member(bare):
    """A member that was told of a recall."""
    vault = MembersVault.open(bare.settings.keys_dir)
    secret, kept = credentials.new_secret()
    new = NewMember(secret_hash=kept, consents={"recall_notices": True})
    with writing(bare.records) as connection:
        joined = members.join(connection, vault, new, Seconds(1))
        told = notices.begin(connection, lot(SALAD, "L1").id, DOCUMENT, OrgId(1), bare.now())
        text = notices.Text("en", "Recall", "Do not eat it.")
        notices.give(connection, told, [joined.card], [], lambda _: text, bare.now())
    return joined, secret


def signed_in(web, member):
    joined, secret = member
    page = web.get("/member/sign-in")
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)
    form = {"card": joined.card, "password": secret}
    if token:
        form["form_token"] = token[1]
    answer = web.post("/member/sign-in", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text


def test_strangers_are_led_to_sign_in(web):
    answer = web.get("/member/notices", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/member/sign-in")
    assert web.post("/member/notices", data={"notice": "1"}).status_code == 401


def test_a_member_reads_what_was_recalled_and_says_so(web, bare, member):
    signed_in(web, member)
    page = web.get("/member/notices")
    assert page.status_code == 200
    assert "lot L1" in page.text
    assert "Green Valley Farm" in page.text
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    (notice,) = re.findall(r'name="notice" value="(\d+)"', page.text)
    forged = {"notice": notice, "form_token": "another's"}
    assert web.post("/member/notices", data=forged).status_code == 403
    web.post("/member/notices", data={"notice": notice, "form_token": token})
    with reading(bare.records) as connection:
        (told,) = notices.of_member(connection, member[0].card)
        assert told.acknowledged_by == "page"
    assert "You have read this." in web.get("/member/notices").text
    other = {"notice": "999", "form_token": token}
    assert web.post("/member/notices", data=other).status_code == 404
