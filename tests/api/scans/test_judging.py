"""From scans to the inbox: each run looks at what is new, and pages warn of what is public."""

from __future__ import annotations

import itertools
from hashlib import sha256

import pytest

from api.scans.judging import histories, look_for_conflicts
from insights.conflicts import CURRENT, RULES
from insights.conflicts.replay import differences
from ledger.vocabulary import Verdict, lot, unit
from records.engine import reading, writing
from records.scans import Place, View, add_views
from records.scans import alerts as inbox
from records.scans.log import length
from records.scans.progress import note_reached
from records.scans.reading import note_subject
from tests.api.scans.shoppers import AUDITOR, PAGE, Street
from tests.api.town import FARM, NOTICE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
CITIES = [Place("FR", 98, 5), Place("JP", 71, 279), Place("US", 81, -148), Place("ZA", -68, 37),
          Place("BR", -47, -93), Place("IN", 38, 146)]  # fmt: skip
DAY = 86_400
SERIALS = (f"JUDGED{n}" for n in itertools.count())


@pytest.fixture(scope="module")
def street(scanned):
    return Street(scanned)


@pytest.fixture
def made(scanned):
    """Makes units that nobody scanned."""

    def make(count=1):
        serials = [next(SERIALS) for _ in range(count)]
        scanned.act(PACKER, "/units", {"gtin": SALAD, "lot": "SAL-A", "serials": serials})
        return [unit(SALAD, serial).id for serial in serials]

    return make


def look(services, subject, who, place=None, ago=0):
    name = sha256(f"{who} {subject.hex()}".encode()).digest()
    device = sha256(str(who).encode()).digest()
    time = services.now() - ago
    view = View(subject, time, Verdict.REGISTERED, device, (name,), place)
    with writing(services.records) as records:
        assert add_views(records, [view])


def copied(services, subject):
    """One code on many packs: devices all over the world, over some days."""
    for n, place in enumerate(CITIES * 2):
        look(services, subject, f"copied {n}", place, ago=(20 - n) * DAY)


def alert_about(services, subject):
    with reading(services.records) as records:
        found = inbox.alerts(records, subject=subject)
    return found[0] if found else None


def test_a_copied_code_is_found_and_its_page_warns(scanned, street, made):
    (subject,) = made()
    services = scanned.services
    copied(services, subject)
    look_for_conflicts(services)
    found = alert_about(services, subject)
    assert (found.level, found.public, found.rules) == ("conflict", True, CURRENT.version)
    assert "spread" in {each["rule"] for each in found.reasons}
    path = f"/01/{SALAD}/21/{serial_of(subject)}"
    page = street.shopper().get(path, headers=PAGE).text
    assert page.count("Possible conflict") == 3  # title, headline and card
    assert "devices that scanned the unit are each more than" in page
    assert not any(word in page.lower() for word in ("fake", "genuine", "counterfeit"))
    answer = street.shopper().get(path).json()
    assert answer["verdict"]["reasons"][0] == "possible_conflict"
    assert answer["verdict"]["verdict"] == "scanned_before"
    assert answer["conflict"]
    with writing(services.records) as records:
        inbox.conclude(
            records, found.id, inbox.Concluded("false_alarm", "a fair", PACKER, "key", 1)
        )
    assert "Possible conflict" not in street.shopper().get(path, headers=PAGE).text


def serial_of(subject):
    return subject[9:29].rstrip(b"\0").decode()


def test_a_unit_that_a_household_looks_at_is_left_alone(scanned, made):
    (subject,) = made()
    for who in ("one", "two"):
        look(scanned.services, subject, who, CITIES[0])
    look_for_conflicts(scanned.services)
    assert alert_about(scanned.services, subject) is None


def test_a_run_looks_at_what_is_new_only(scanned, made, monkeypatch):
    (subject,) = made()
    copied(scanned.services, subject)
    assert look_for_conflicts(scanned.services)
    asked = []
    monkeypatch.setattr("api.scans.judging.judge_kept", lambda _books, unit, _: asked.append(unit))
    assert look_for_conflicts(scanned.services) is None
    assert subject not in asked


def test_a_fact_that_comes_later_is_looked_at_without_a_new_scan(scanned, made):
    (subject,) = made()
    services = scanned.services
    look(services, subject, "one", ago=-3600)
    look_for_conflicts(services)
    assert alert_about(services, subject) is None
    recalled = {"items": [{"gtin": SALAD, "serial": serial_of(subject)}], "notice": NOTICE}
    scanned.act(PACKER, "/recalls", recalled)
    look_for_conflicts(services)
    assert [each["rule"] for each in alert_about(services, subject).reasons] == ["recalled"]


def test_a_device_that_collects_codes_is_told_without_a_name(scanned, made):
    services = scanned.services
    for subject in made(22):
        look(services, subject, "harvester")
    look_for_conflicts(services)
    with reading(services.records) as records:
        (found,) = inbox.alerts(records, kind="device")
        assert inbox.makers_of(records, found.id) == {PACKER}
    assert found.subject != sha256(b"harvester").digest()
    assert (found.level, found.public) == ("watch", False)
    shown = scanned.get(f"/api/v1/alerts/{found.id}", org=PACKER).json()
    assert shown["subject"] is None
    assert shown["reasons"][0]["text"].startswith("One device scanned 22 different units")


def test_a_lot_with_many_conflicts_is_told(scanned, made):
    services = scanned.services
    copies = made(6)
    for n in range(40):  # of another lot of the product, as honest as most
        subject = unit(SALAD, f"OTHERS{n}").id
        look(services, subject, f"honest {n}", CITIES[0])
        with writing(services.records) as records:
            note_subject(records, subject, lot(SALAD, "SAL-C").id, PACKER)
            note_reached(records, "conflicts.scans", length(records))
    for subject in copies:
        copied(services, subject)
    look_for_conflicts(services)
    found = alert_about(services, lot(SALAD, "SAL-A").id)
    assert [each["rule"] for each in found.reasons] == ["lot_share"]
    assert not found.public


def test_makers_list_the_scans_of_their_goods(scanned, made):
    (subject,) = made()
    look(scanned.services, subject, "one")
    look_for_conflicts(scanned.services)
    serial = serial_of(subject)

    def listed(org):
        found, after = [], ""
        while True:
            part = scanned.get(f"/api/v1/scans?limit=100&after={after}", org=org).json()
            found += [each["subject"].get("serial") for each in part["entries"]]
            after = part["next"]
            if not after:
                return found

    assert serial in listed(PACKER)
    assert serial in listed(AUDITOR)
    assert serial not in listed(FARM)
    assert listed(SHOP) == []


def test_a_history_is_replayed_under_other_rules(scanned, made):
    (subject,) = made()
    copied(scanned.services, subject)
    told = list(histories(scanned.services))
    assert subject in {facts.unit for facts, _ in told}
    changed = {each.unit for each in differences(told, RULES["1"], CURRENT)}
    assert changed <= {facts.unit for facts, _ in told}
