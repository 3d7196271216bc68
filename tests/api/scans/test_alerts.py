"""The inbox: makers see what is of their goods, auditors all, others nothing; on pages as well."""

from __future__ import annotations

import itertools
import re

import pytest

from ledger.vocabulary import unit
from records import api_keys
from records.engine import writing
from records.scans import Place, add_views
from records.scans import alerts as inbox
from tests.api.scans.shoppers import AUDITOR, Street
from tests.api.town import FARM, LETTUCE, PACKER, SALAD, SHOP
from tests.records.scans.views import view

pytestmark = pytest.mark.chain
SUBJECTS = (unit(SALAD, f"ALERT{n}").id for n in itertools.count())
ORGS = (FARM, PACKER, SHOP, AUDITOR)


def opened(town, *makers, rule="spread"):
    values = {"devices": 5, "km": 800, "others": 2}
    reason = {"rule": rule, "hard": False, "score": 1.5, "scans": [1], "values": values}
    new = inbox.NewAlert(
        next(SUBJECTS), "unit", "2", "conflict", public=True, reasons=(reason,),
        makers=frozenset(makers),
    )  # fmt: skip
    with writing(town.services.records) as records:
        return inbox.note(records, new, town.services.now())


@pytest.mark.parametrize("maker", [FARM, PACKER])
def test_who_sees_and_decides_what(scanned, maker):
    number = opened(scanned, maker)
    for org in ORGS:
        sees = org in (maker, AUDITOR)
        assert scanned.get(f"/api/v1/alerts/{number}", org=org).status_code == (
            200 if sees else 404
        )
        listed = scanned.get("/api/v1/alerts?limit=200", org=org).json()["entries"]
        assert (number in [each["id"] for each in listed]) == sees
        answer = scanned.post(org, f"/alerts/{number}/outcomes", {"outcome": "unclear"})
        assert answer.status_code == (200 if sees else 404)
        told = scanned.get("/api/v1/alerts/precision", org=org).json()
        rules = [each["rule"] for each in told]
        assert ("spread" in rules) == bool(listed)


@pytest.mark.parametrize("path", ["", "/1", "/precision"])
def test_strangers_see_nothing(scanned, path):
    assert scanned.get(f"/api/v1/alerts{path}").status_code == 401


def test_a_key_that_may_only_read_decides_nothing(scanned):
    number = opened(scanned, PACKER)
    with writing(scanned.services.records) as records:
        secret, _ = api_keys.create(records, PACKER, {"read"})
    answer = scanned.web.post(
        f"/api/v1/alerts/{number}/outcomes",
        json={"outcome": "confirmed"},
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "x"},
    )
    assert answer.status_code == 403


def test_outcomes_are_kept_and_a_repeat_adds_none(scanned):
    number = opened(scanned, PACKER)
    path = f"/alerts/{number}/outcomes"
    scanned.post(PACKER, path, {"outcome": "confirmed", "note": "seen at a market"}, key="once")
    scanned.post(PACKER, path, {"outcome": "confirmed", "note": "seen at a market"}, key="once")
    scanned.post(AUDITOR, path, {"outcome": "false_alarm"})
    told = scanned.get(f"/api/v1/alerts/{number}", org=PACKER).json()
    assert told["outcome"] == "false_alarm"
    said = [(o["outcome"], o["note"], o["organisation"]["name"]) for o in told["outcomes"]]
    assert said == [
        ("confirmed", "seen at a market", "Fresh Packing"),
        ("false_alarm", "", "Auditors"),
    ]
    for body in ({"outcome": "maybe"}, {}, {"outcome": "unclear", "note": "x" * 3000}):
        assert scanned.post(PACKER, path, body).status_code == 422


def test_lists_go_on_and_can_be_narrowed(scanned):
    numbers = [opened(scanned, SHOP, rule="crowd") for _ in range(5)]
    first = scanned.get("/api/v1/alerts?limit=3", org=SHOP).json()
    rest = scanned.get(f"/api/v1/alerts?limit=3&after={first['next']}", org=SHOP).json()
    assert [e["id"] for e in first["entries"] + rest["entries"]] == numbers[::-1]
    assert rest["next"] is None
    scanned.post(SHOP, f"/alerts/{numbers[0]}/outcomes", {"outcome": "confirmed"})

    def narrowed(query):
        return [e["id"] for e in scanned.get(f"/api/v1/alerts?{query}", org=SHOP).json()["entries"]]

    assert narrowed("outcome=confirmed") == [numbers[0]]
    assert narrowed("outcome=open") == numbers[:0:-1]
    assert narrowed("level=watch") == narrowed("kind=lot") == narrowed("rules=1") == []
    (told,) = scanned.get("/api/v1/alerts/precision", org=SHOP).json()
    assert (told["alerts"], told["confirmed"], told["precision"]) == (5, 1, 1.0)
    for query in ("level=x", "outcome=x", "kind=x", "after=zz", "after=" + "ff" * 100, "limit=0"):
        assert scanned.get(f"/api/v1/alerts?{query}", org=SHOP).status_code in (400, 422)


def test_rules_are_told_with_their_sources(scanned):
    told = scanned.get("/api/v1/alerts/rules").json()
    (current,) = [each for each in told if each["current"]]
    assert {"speed_km_per_hour", "harvest_units"} <= {t["name"] for t in current["thresholds"]}
    assert all(t["source"] for t in current["thresholds"])


# --- pages ---


@pytest.fixture
def browser(scanned):
    web = Street(scanned).shopper()
    web.headers["Accept"] = "text/html"
    web.follow_redirects = False
    return web


def sign_in(browser, secret, following="/alerts"):
    return browser.post("/staff/sign-in", data={"key": secret, "following": following})


def token_in(text):
    return re.search(r'name="form_token" value="([0-9a-f]+)"', text).group(1)


def test_staff_signs_in_and_out(scanned, browser):
    assert browser.get("/alerts").headers["location"] == "/staff?following=/alerts"
    assert sign_in(browser, "lotmark_wrong").status_code == 401
    assert sign_in(browser, scanned.secrets[SHOP]).headers["location"] == "/alerts"
    assert browser.get("/alerts").status_code == 200
    shown = browser.get("/staff").text
    assert "Corner Shop" in shown
    assert browser.post("/staff/sign-out", data={"form_token": "x"}).status_code == 403
    assert browser.get("/alerts").status_code == 200
    browser.post("/staff/sign-out", data={"form_token": token_in(shown)})
    assert browser.get("/alerts").status_code == 303
    assert browser.post("/staff/sign-out", data={"form_token": "x"}).status_code == 401
    form = {"outcome": "confirmed", "form_token": "x"}
    assert browser.post("/alerts/1", data=form).status_code == 401


@pytest.mark.parametrize(
    "following", ["https://evil.example", "//evil.example", "/alerts/../x", "javascript:1", ""]
)
def test_signing_in_leads_nowhere_else(scanned, browser, following):
    answer = sign_in(browser, scanned.secrets[SHOP], following)
    assert answer.headers["location"] == "/staff"


def test_a_form_from_another_site_signs_nobody_in(scanned, browser):
    browser.headers["Sec-Fetch-Site"] = "cross-site"
    assert sign_in(browser, scanned.secrets[SHOP]).status_code == 403


def test_a_revoked_key_ends_its_sessions(scanned, browser):
    with writing(scanned.services.records) as records:
        secret, key = api_keys.create(records, PACKER, {"read"})
    sign_in(browser, secret)
    assert browser.get("/alerts").status_code == 200
    with writing(scanned.services.records) as records:
        api_keys.revoke(records, key.id)
    assert browser.get("/alerts").status_code == 303
    assert "Sign in as staff" in browser.get("/staff").text


def test_an_alert_is_decided_on_its_page(scanned, browser):
    number = opened(scanned, PACKER)
    sign_in(browser, scanned.secrets[PACKER])
    assert f'href="/alerts/{number}"' in browser.get("/alerts").text
    shown = browser.get(f"/alerts/{number}").text
    assert "5 devices that scanned the unit are each more than 800 km from 2 others." in shown
    form = {"outcome": "confirmed", "note": "<b>seen</b>", "form_token": token_in(shown)}
    assert browser.post(f"/alerts/{number}", data=form | {"form_token": "x"}).status_code == 403
    assert browser.post(f"/alerts/{number}", data=form).status_code == 303
    shown = browser.get(f"/alerts/{number}").text
    assert "&lt;b&gt;seen&lt;/b&gt;" in shown
    assert "Fresh Packing" in shown
    assert f'href="/alerts/{number}"' not in browser.get("/alerts").text
    assert f'href="/alerts/{number}"' in browser.get("/alerts?outcome=confirmed").text
    assert browser.post(f"/alerts/{number}", data=form | {"outcome": "x"}).status_code == 422


def test_pages_show_others_nothing(scanned, browser):
    number = opened(scanned, PACKER)
    sign_in(browser, scanned.secrets[FARM])
    assert browser.get(f"/alerts/{number}").status_code == 404
    assert f'href="/alerts/{number}"' not in browser.get("/alerts").text
    token = token_in(browser.get("/staff").text)
    form = {"outcome": "confirmed", "form_token": token}
    assert browser.post(f"/alerts/{number}", data=form).status_code == 404


def test_a_maker_sees_of_one_device_only_what_it_did_with_own_goods(scanned, browser):
    """Whoever collects codes of several makers: each hears of the others' only how many."""
    places = [(unit(SALAD, "MINE").id, Place("IS")), (unit(LETTUCE, "THEIRS").id, Place("PE"))]
    with writing(scanned.services.records) as records:
        seqs = add_views(records, [view("one", subject, place=at) for subject, at in places])
        values = {"units": 40, "hours": 1}
        reason = {
            "rule": "harvesting",
            "hard": False,
            "score": 2.0,
            "scans": seqs,
            "values": values,
        }
        number = inbox.note(records, inbox.NewAlert(
            b"\x7f" * 32, "device", "2", "watch", public=False, reasons=(reason,),
            makers=frozenset({PACKER, FARM}),
        ), scanned.services.now())  # fmt: skip
    for org, told in ((PACKER, (True, False)), (FARM, (False, True)), (AUDITOR, (True, True))):
        browser.cookies.clear()
        sign_in(browser, scanned.secrets[org])
        shown = browser.get(f"/alerts/{number}").text
        assert ("Iceland" in shown, "Peru" in shown) == told


def test_staff_at_work_is_not_counted(scanned, browser):
    path = f"/01/{SALAD}/10/SAL-A"
    sign_in(browser, scanned.secrets[SHOP])
    assert "lotmark-device" not in browser.get(path).cookies
