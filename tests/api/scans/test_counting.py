"""A page tells who looked before; each device counts once, and nobody can be found from it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from sqlalchemy import text
from starlette.requests import Request

from api.app import create_app
from api.devices import COOKIE, OF_ONE_NETWORK, Devices, network_around
from ledger.errors import SettingInvalid
from ledger.vocabulary import Verdict, lot, unit
from records.engine import reading
from records.scans import history
from tests.api.scans.shoppers import JSON, NOWHERE, PAGE, PARIS, TOKYO, Street
from tests.api.town import PACKER, SALAD

pytestmark = pytest.mark.chain
LOT = f"/01/{SALAD}/10/SAL-A"
SERIALS = (f"UNIT{n}" for n in itertools.count())


@pytest.fixture(scope="module")
def street(scanned, places):
    return Street(scanned, places_database=places)


@pytest.fixture
def fresh(scanned):
    """The path and id of a unit that nobody looked at."""
    serial = next(SERIALS)
    scanned.act(PACKER, "/units", {"gtin": SALAD, "lot": "SAL-A", "serials": [serial]})
    return f"/01/{SALAD}/21/{serial}", unit(SALAD, serial).id


def test_the_first_device_hears_of_none_and_the_second_of_the_first(street, fresh):
    path, subject = fresh
    first = street.shopper(PARIS)
    answer = first.get(path).json()
    assert answer["verdict"]["verdict"] == "registered"
    assert answer["seen"] == {"devices": 0, "others": 0, "first": None, "country": ""}
    assert street.counted(subject).count == 1
    assert first.get(path).json()["verdict"]["verdict"] == "registered"
    second = street.shopper(TOKYO)
    answer = second.get(path).json()
    assert answer["verdict"]["verdict"] == "scanned_before"
    assert answer["verdict"]["reasons"] == ["scanned_before", "on_record"]
    assert (answer["seen"]["devices"], answer["seen"]["country"]) == (1, "FR")
    assert street.counted(subject).count == 2
    page = second.get(path, headers=PAGE).text
    assert "1 other device looked at this code before, first on" in page
    assert "in France" in page
    assert "Registered, scanned before" in page
    chinese = first.get(path, headers=PAGE | {"Accept-Language": "zh"}).text
    assert "日本" not in chinese  # where the first one was, which is this one's own
    assert street.counted(subject).count == 2


def test_a_reload_is_no_other_device_with_or_without_cookies(street, fresh):
    path, subject = fresh
    keeps, forgets = street.shopper(PARIS, "Keeps"), street.shopper(PARIS, "Forgets")
    for _ in range(3):
        keeps.get(path)
        forgets.get(path)
        forgets.cookies.clear()
        street.counted(subject)
    assert street.counted(subject).count == 2
    moved = street.shopper(TOKYO, "Keeps")  # the same phone elsewhere
    moved.cookies.set(COOKIE, keeps.cookies[COOKIE])
    assert moved.get(path).json()["verdict"]["verdict"] == "scanned_before"
    assert street.counted(subject).count == 2


def test_two_looks_of_one_device_within_a_batch_are_one(street, fresh):
    path, subject = fresh
    shopper = street.shopper(PARIS)
    for _ in range(4):
        shopper.get(path)
    assert street.counted(subject).count == 1


def test_phones_behind_one_address_are_told_apart_by_their_cookies(street, fresh):
    path, subject = fresh
    one, two = street.shopper(PARIS), street.shopper(PARIS)
    for each in (one, two):
        each.get(LOT)  # here they got their cookies
    assert one.cookies[COOKIE] != two.cookies[COOKIE]
    for each in (one, two):
        each.get(path)
    assert street.counted(subject).count == 2


def test_a_script_at_one_address_is_a_household_at_most(street, fresh):
    path, subject = fresh
    collected = []
    for n in range(12):
        browser = street.shopper(PARIS, f"Browser {n}")
        browser.get(path)
        other = street.shopper("203.0.113.200")  # another address of its network
        other.get(LOT)
        collected.append(other.cookies[COOKIE])
        street.counted(subject)
    for cookie in collected:
        browser = street.shopper(PARIS)
        browser.cookies.set(COOKIE, cookie)
        browser.get(path)
        street.counted(subject)
    assert street.counted(subject).count == OF_ONE_NETWORK
    street.shopper(TOKYO).get(path)
    assert street.counted(subject).count == OF_ONE_NETWORK + 1


@pytest.mark.parametrize("cookie", ["", "x", "A" * 64, "é", "A" * 5000])
def test_a_cookie_that_is_not_ours_is_none(street, fresh, cookie):
    path, subject = fresh
    shopper = street.shopper(PARIS)
    for _ in range(2):
        shopper.get(path, headers={"Cookie": f"{COOKIE}={cookie}".encode()})
        street.counted(subject)
    assert street.counted(subject).count == 1


def test_the_cookie_is_kept_from_scripts_and_other_sites(street, fresh):
    answer = street.shopper().get(fresh[0])
    said = answer.headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "secure"} <= {each.strip() for each in said.split(";")}


def test_who_does_not_count(street, fresh, scanned):
    path, subject = fresh
    shopper = street.shopper()
    assert COOKIE not in shopper.head(path).cookies
    shopper.get(path, params={"linkType": "linkset"})
    shopper.get(path, headers={"Accept": "application/linkset+json"})
    shopper.get(path, headers={"Authorization": f"Bearer {scanned.secrets[PACKER]}"})
    shopper.get(path, headers={"Sec-Purpose": "prefetch"})
    shopper.get(f"/trace{path}")
    assert street.counted(subject).count == 0
    shopper.get(f"/01/{SALAD}/21/NOBODYS")
    assert street.counted(unit(SALAD, "NOBODYS").id).count == 0


def test_a_lot_counts_but_its_code_is_on_many_packs(street):
    before = street.counted(lot(SALAD, "SAL-A").id).count
    for agent in ("One", "Two"):
        answer = street.shopper(PARIS, agent).get(LOT).json()
        street.counted(lot(SALAD, "SAL-A").id)
    assert answer["seen"]["others"] >= 1
    assert answer["verdict"]["verdict"] == "registered"
    assert street.counted(lot(SALAD, "SAL-A").id).count == before + 2


def test_places_are_coarse_and_come_from_the_connection(street, fresh):
    path, subject = fresh
    for n, address in enumerate([PARIS, TOKYO, NOWHERE, "2001:db8:1::5", "no address"]):
        street.shopper(address, f"Phone {n}").get(path)
        street.counted(subject)  # the next one hears of it
    with reading(street.services.records) as records:
        found = [each.details for each in history(records, subject)]
    assert [(d.country, d.latitude, d.longitude) for d in found] == [
        ("FR", 98, 5), ("JP", 71, 279), (None, None, None), ("CN", None, None), (None, None, None),
    ]  # fmt: skip
    assert {d.verdict for d in found} == {Verdict.REGISTERED, Verdict.SCANNED_BEFORE}


def test_only_a_trusted_proxy_says_who_asks(scanned, places, fresh):
    path, subject = fresh
    street = Street(scanned, places_database=places, trusted_proxies="10.9.9.0/24")
    street.shopper(PARIS).get(path)  # 10.0.0.1 is none
    street.counted(subject)
    with reading(street.services.records) as records:
        assert history(records, subject)[0].details.country is None


@pytest.mark.parametrize(
    ("said", "country"),
    [(f"{TOKYO}, {PARIS}", "FR"), (f"{PARIS}, 10.0.0.1", "FR"), (f"{TOKYO},x, {PARIS}", "FR")],
)
def test_what_a_shopper_says_of_himself_is_not_believed(street, fresh, said, country):
    path, subject = fresh
    street.shopper(said).get(path)
    street.counted(subject)
    with reading(street.services.records) as records:
        assert history(records, subject)[0].details.country == country


def test_networks_are_those_that_many_share():
    assert network_around("203.0.113.7") == "203.0.113.0/24"
    assert network_around("::ffff:203.0.113.7") == "203.0.113.0/24"
    assert network_around("2001:db8:1:2:3::4") == "2001:db8:1::/48"
    assert network_around("testclient") == "testclient"


def test_nothing_leads_from_one_unit_to_another_or_to_an_address(street, scanned, fresh):
    path, subject = fresh
    scanned.act(PACKER, "/units", {"gtin": SALAD, "lot": "SAL-A", "serials": ["TWIN"]})
    shopper = street.shopper(PARIS)
    shopper.get(LOT)
    for each in (path, f"/01/{SALAD}/21/TWIN"):
        shopper.get(each)
    twin = unit(SALAD, "TWIN").id
    street.counted(twin)
    with reading(street.services.records) as records:
        one, other = (history(records, each)[0].details for each in (subject, twin))
    assert one.device == other.device  # within the day
    assert one.visitor != other.visitor
    later = Street(scanned, places_database=street.services.settings.places_database)
    tomorrow = replace(later.services, clock=lambda: street.services.now() + 86_400)
    assert one.device != _device_of(tomorrow, shopper.cookies[COOKIE], subject)


def _device_of(services, cookie, subject):
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())]
    scope = {"type": "http", "headers": headers, "app": create_app(services)}
    return Devices(services).of(Request(scope), subject).name


def test_no_address_stands_in_the_database(street, fresh):
    path, subject = fresh
    street.shopper("203.0.113.201", "Canary phone").get(path)
    street.counted(subject)
    for table in ("scan_log", "scan_details", "scan_subjects", "scan_days"):
        with reading(street.services.records) as records:
            rows = records.execute(text(f"SELECT * FROM {table}")).all()
        assert rows
        shown = repr(rows)
        assert "203.0.113" not in shown
        assert "Canary" not in shown


def test_a_file_that_is_no_database_of_places_is_told_at_the_start(scanned, tmp_path):
    wrong = tmp_path / "places.mmdb"
    for content in (None, b"no database"):
        if content:
            wrong.write_bytes(content)
        with pytest.raises(SettingInvalid):
            Street(scanned, places_database=wrong)


def test_the_status_tells_how_counting_goes(street, fresh):
    shopper = street.shopper()
    shopper.get(fresh[0])
    street.counted(fresh[1])
    told = shopper.get("/api/v1/status", headers=JSON).json()["scans"]
    assert told["stored"] >= 1
    assert (told["waiting"], told["shed"]) == (0, 0)
