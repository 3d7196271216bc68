"""Pages of members: without JavaScript, forms of our own only, nothing kept by caches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from records import referrals
from records.engine import reading
from tests.api.club import PER_PACK, PROGRAMME, WINDOW, Club, open_club
from tests.api.town import SALAD, SHOP

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    with open_club(tmp_path_factory.mktemp("club")) as club:
        yield club


@pytest.fixture
def browser(club) -> TestClient:
    """A browser with cookies of its own that shows pages."""
    return visitor(club)


def visitor(club) -> TestClient:
    https = "https://id.town.example"  # cookies are for nothing else
    accept = {"Accept": "text/html"}
    return TestClient(club.town.web.app, https, raise_server_exceptions=False, headers=accept)


def hidden(page, name: str = "form_token") -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]


def join(browser, **form) -> str:
    """Joins; the card."""
    page = browser.post("/join", data={"name": "", **form})
    assert page.status_code == 201, page.text
    found = re.search(r'class="shown">([\d ]{19})<', page.text)
    assert found is not None
    return found[1].replace(" ", "")


def press(browser, path: str, **form):
    """Sends a form of the member's page."""
    return browser.post(path, data={"form_token": hidden(browser.get("/member")), **form})


def test_who_joins_sees_the_card_and_its_secret_once_and_is_signed_in(club, browser):
    page = browser.post("/join", data={"name": "Anna", "consents": ["marketing"]})
    secret = re.search(r'class="shown small">([0-9A-Z-]+)<', page.text)
    card = re.search(r'class="shown">([\d ]+)<', page.text)
    assert page.headers["cache-control"] == "no-store"
    own = browser.get("/member")
    assert card[1] in own.text
    assert secret[1] not in own.text
    assert 'value="marketing" checked' in own.text
    other = visitor(club)
    signed = other.post("/member/sign-in", data={"card": card[1], "password": secret[1]})
    assert signed.url.path == "/member"
    assert card[1] in signed.text


def test_who_joins_twice_in_one_browser_has_not_brought_another(club, browser):
    first = join(browser)
    second, third = join(browser, referred_by=first), join(visitor(club), referred_by=first)
    with reading(club.town.services.records) as records:
        assert referrals.of_newcomer(records, second) is None
        assert referrals.of_newcomer(records, third) is not None
        assert referrals.counts(records).refused == {"same_device": 1}


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(browser):
    page = browser.post("/join", data={"name": "<b>Ben", "email": "nobody", "password": "x" * 12})
    assert page.status_code == 422
    assert "This is no e-mail address." in page.text
    assert 'value="&lt;b&gt;Ben"' in page.text
    assert "xxxx" not in page.text
    short = browser.post("/join", data={"password": "short"})
    assert "10 to 200 characters" in short.text
    nobody = browser.post("/join", data={"referred_by": "9000000000000003"})
    assert nobody.status_code == 422


def test_a_wrong_sign_in_says_the_same_for_every_card(browser):
    pages = [
        browser.post("/member/sign-in", data={"card": card, "password": "wrong"})
        for card in ("9000000000000003", "no card")
    ]
    assert {page.status_code for page in pages} == {401}
    told = {re.search(r'role="alert">([^<]+)<', page.text)[1] for page in pages}
    assert told == {"Card or password is wrong."}


ELSEWHERE = (
    "https://evil.example", "//evil.example", "/\\evil.example", "/member//evil", "member",
    "/claim?u=1\r\nX: y", "/member@evil", "/join", "javascript:alert(1)", "/claim\\@evil",
)  # fmt: skip


def test_signing_in_leads_nowhere_but_to_pages_of_ours(club, browser):
    join(browser)
    stranger = visitor(club)
    for target in ELSEWHERE:
        way = f"/member/sign-in?next={quote(target)}"
        led = browser.get(way, follow_redirects=False)
        assert (led.status_code, led.headers["location"]) == (303, "/member"), target
        assert 'name="following" value="/member"' in stranger.get(way).text, target


def test_a_claim_goes_on_after_signing_in(browser):
    way = f"/claim?u={SALAD}/ABC"
    assert f'value="{way}"' in browser.get(f"/member/sign-in?next={quote(way)}").text


def test_a_form_without_its_token_does_nothing(club, browser):
    card = join(browser)
    for path in ("codes", "codes/cancel", "consents", "erase", "sign-out"):
        for form in ({"form_token": ""}, {"form_token": "0" * 64}):
            assert browser.post(f"/member/{path}", data={**form, "card": card}).status_code == 403
        late = visitor(club).post(f"/member/{path}", data={"form_token": "0" * 64})
        assert late.status_code == 401
    assert card[:4] in browser.get("/member").text


@pytest.mark.parametrize("path", ["/join", "/member/sign-in", "/claim"])
def test_another_site_can_send_no_form_in_a_visitors_name(browser, path):
    away = browser.post(path, data={"u": ""}, headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status_code == 403


def test_a_pack_is_claimed_from_its_page_and_its_points_are_spent_at_the_till(club, browser):
    card, place = join(browser), club.sold()
    serial, code = club.shop.serials[place], club.shop.codes[place]
    scanned = browser.get(f"/01/{SALAD}/21/{serial}")
    way = f"/claim?u={SALAD}/{serial}"
    assert f'href="{way}"' in scanned.text
    form = browser.get(way)
    assert "Bowl" in form.text
    sent = {name: hidden(form, name) for name in ("form", "form_token", "u")}
    wrong = browser.post("/claim", data={**sent, "code": "1234"})
    assert wrong.status_code == 422
    claimed = browser.post("/claim", data={**sent, "code": code})
    assert f"{PER_PACK} points go to the card" in claimed.text
    again = browser.post("/claim", data={**sent, "code": code})
    assert again.status_code == 200, "the same form sent twice is the same claim"
    club.town.settle()
    assert f'href="{way}"' not in browser.get(f"/01/{SALAD}/21/{serial}").text
    assert f"{PER_PACK} points" in browser.get("/member").text
    club.pass_time(WINDOW + 1)
    shown = press(browser, "/member/codes", programme=PROGRAMME, points=20)
    found = re.search(r'class="shown">([0-9A-Z]{4}-[0-9A-Z]{4})<', shown.text)
    assert 'src="data:image/svg+xml;base64,' in shown.text
    assert found[1] in browser.get("/member").text, "it can be looked at again"
    till = club.town.post(SHOP, f"/redemption-codes/{found[1]}/confirmations", {})
    assert till.status_code == 202
    club.town.settle()
    page = browser.get("/member").text
    assert found[1] not in page
    assert f"{PER_PACK - 20} points" in page
    assert "-20" in page
    assert card[:4] in page


def test_points_may_go_to_a_card_without_signing_in(club, browser):
    card, place = club.join()["card"], club.sold()
    form = browser.get("/claim")
    sent = {"u": f"{SALAD}/{club.shop.serials[place]}", "code": club.shop.codes[place]}
    sent |= {"card": card, "form": hidden(form, "form")}
    assert f"{PER_PACK} points" in browser.post("/claim", data=sent).text
    club.town.settle()
    assert club.balance(card)["pending"] == PER_PACK


def test_more_points_than_there_are_get_no_code(browser):
    join(browser)
    for points in ("1000", "0", "-1", "x", "9" * 16, "１"):
        page = press(browser, "/member/codes", programme=PROGRAMME, points=points)
        assert page.status_code in (409, 422), points
        assert 'role="alert"' in page.text
    assert press(browser, "/member/codes", programme=99, points=1).status_code == 404


def test_a_new_device_is_told_on_the_members_page(club, browser):
    card = join(browser, password="correct horse")
    club.earn(card)
    press(browser, "/member/codes", programme=PROGRAMME, points=1)
    assert "new device" not in browser.get("/member").text
    other = visitor(club)
    other.post("/member/sign-in", data={"card": card, "password": "correct horse"})
    press(other, "/member/codes", programme=PROGRAMME, points=1)
    assert "on a new device" in browser.get("/member").text


def test_consents_are_exactly_what_is_ticked(browser):
    join(browser, consents=["marketing"])
    page = press(browser, "/member/consents", given=["research", "recall_notices"])
    assert 'value="marketing" checked' not in page.text
    assert page.text.count(" checked") == 2


def test_a_member_takes_its_data_along_and_is_forgotten(club, browser):
    card = join(browser, email="dora@mail.example")
    kept = browser.get("/member/export")
    assert kept.json()["personal"]["email"] == "dora@mail.example"
    assert kept.headers["cache-control"] == "no-store"
    assert "attachment" in kept.headers["content-disposition"]
    form = {"form_token": hidden(browser.get("/member/erase"))}
    assert browser.post("/member/erase", data={**form, "card": "123"}).status_code == 422
    done = browser.post("/member/erase", data={**form, "card": card})
    assert "You are forgotten here" in done.text
    assert browser.get("/member").url.path == "/member/sign-in"
    assert club.town.get(f"/api/v1/members/{card}", SHOP).status_code == 410


def test_a_session_of_an_erased_member_ends(club, browser):
    card = join(browser)
    token = browser.cookies["lotmark-member"]
    press_erase = {"form_token": hidden(browser.get("/member/erase")), "card": card}
    browser.post("/member/erase", data=press_erase)
    late = visitor(club)
    late.cookies.set("lotmark-member", token)
    assert late.get("/member").url.path == "/member/sign-in"
    assert late.get("/member/export").status_code == 410


def test_signing_out_ends_it(browser):
    join(browser)
    out = press(browser, "/member/sign-out")
    assert out.url.path == "/member/sign-in"
    assert browser.get("/member").url.path == "/member/sign-in"


def test_every_page_works_without_script_and_only_the_claim_page_has_one(browser):
    join(browser)
    for path in ("/join", "/member", "/member/erase", "/claim"):
        page = browser.get(path)
        policy = page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert ("<script" in page.text) == (path == "/claim")
        assert ("script-src" in policy) == (path == "/claim")
        assert "unsafe" not in policy
