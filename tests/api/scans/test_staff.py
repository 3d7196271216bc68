"""Staff scans: any code that a scanner sends, an answer at once, identity and place kept."""

from __future__ import annotations

import itertools

import pytest

from api.scans.instructing import instruction
from insights.conflicts import Conflict
from ledger.vocabulary import Verdict, lot
from records.engine import reading
from records.scans import history
from records.scans.log import length
from records.scans.verifying import verify
from tests.api.scans.shoppers import AUDITOR, PARIS, Street
from tests.api.town import FARM, LETTUCE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
UNIT = "7K3M9QX2HB"
KEYS = itertools.count()


@pytest.fixture(scope="module")
def street(scanned, places):
    return Street(scanned, places_database=places)


@pytest.fixture(scope="module")
def till(street, scanned):
    """A till in Paris that reads what it is given."""
    web = street.shopper(PARIS)

    def read(code, kind="till", org=SHOP, key="", **more):
        headers = {"Authorization": f"Bearer {scanned.secrets[org]}",
                   "Idempotency-Key": key or f"scan {next(KEYS)}"}  # fmt: skip
        body = {"kind": kind, "code": code, "site": "9521236000004", **more}
        return web.post("/api/v1/scans", json=body, headers=headers)

    return read


@pytest.mark.parametrize(
    "code",
    [
        f"https://id.town.example/01/{SALAD}/10/SAL-A/21/{UNIT}",
        f"HTTPS://ID.TOWN.EXAMPLE/01/{SALAD}/21/{UNIT}",
        f"]d201{SALAD}21{UNIT}",
        f"]d201{SALAD}10SAL-A\x1d21{UNIT}",
        f"]C101{SALAD}21{UNIT}\x1d17350630",
        f"\x1d01{SALAD}21{UNIT}",
        f"(01){SALAD}(21){UNIT}",
        f"{SALAD} {UNIT}",
        f"urn:epc:id:sgtin:9521235.000001.{UNIT}",
        f"https://id.town.example/01/{SALAD}/21/{UNIT.lower()}",
    ],
)
def test_a_code_is_understood_however_a_scanner_sends_it(till, code):
    answer = till(code, "return")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["subject"]["serial"] == UNIT
    assert (told["verdict"], told["instruction"]) == ("sold", "go_on")


def test_identity_and_place_are_kept(till, street, scanned):
    answer = till(f"01{LETTUCE}10ROM-1", "goods_in", FARM).json()
    with reading(street.services.records) as records:
        kept = history(records, lot(LETTUCE, "ROM-1").id)[-1]
        assert verify(records).faults == ()
    assert kept.seq == answer["seq"]
    details = kept.details
    assert (details.org, details.kind, details.site) == (FARM, "goods_in", "9521236000004")
    assert details.key_id == scanned.secrets[FARM].removeprefix("lotmark_")[:12]
    assert (details.country, details.latitude, details.longitude) == ("FR", 98, 5)
    assert details.device is None


def test_a_repeat_is_the_same_scan_and_another_body_is_refused(till, street):
    first = till(f"{SALAD} {UNIT}", key="one")
    with reading(street.services.records) as records:
        before = length(records)
    assert till(f"{SALAD} {UNIT}", key="one").json() == first.json()
    with reading(street.services.records) as records:
        assert length(records) == before
    other = till(f"{SALAD} {UNIT}", "return", key="one")
    assert (other.status_code, other.json()["code"]) == (422, "IdempotencyKeyReused")


@pytest.mark.parametrize(
    ("code", "kind", "verdict", "told"),
    [
        (f"{SALAD} {UNIT}", "till", "sold", "hold"),
        (f"01{SALAD}10SAL-B", "goods_in", "recalled", "set_aside"),
        (f"01{SALAD}10SAL-A", "goods_in", "registered", "go_on"),
        (f"01{SALAD}10SAL-A", "return", "registered", "check_receipt"),
        (f"01{SALAD}21NEVER-MADE", "till", "unknown", "hold"),
    ],
)
def test_what_to_do_follows_from_verdict_and_purpose(till, code, kind, verdict, told):
    answer = till(code, kind).json()
    assert (answer["verdict"], answer["instruction"]) == (verdict, told)
    assert answer["text"]


def test_every_verdict_has_an_instruction_and_a_conflict_holds_back():
    conflict = Conflict("conflict", (), public=True, rules="2")
    for kind in ("goods_in", "till", "return"):
        for verdict in Verdict:
            assert instruction(kind, verdict, None)
    assert instruction("till", Verdict.REGISTERED, conflict) == "hold"
    assert instruction("till", Verdict.RECALLED, conflict) == "set_aside"


def test_a_hard_rule_opens_an_alert_at_once(till, scanned):
    told = till(f"01{SALAD}21NOBODY-MADE", "goods_in").json()
    assert told["conflict"]["level"] == "conflict"
    assert told["conflict"]["reasons"] == [
        "Staff presented a code that nobody registered (times: 1)."
    ]
    found = scanned.get("/api/v1/alerts", org=PACKER).json()["entries"]
    (alert,) = [a for a in found if a["subject"]["serial"] == "NOBODY-MADE"]
    assert alert["reasons"][0]["scans"] == [told["seq"]]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": ""}, "code"), ({"code": "x" * 3000}, "code"), ({"code": "nonsense"}, "code"),
        ({"code": f"01{SALAD}"}, "code"), ({"code": "00095212350000000013"}, "code"),
        ({"code": f"01{SALAD[:-1]}921X"}, "code"), ({"kind": "view"}, "kind"),
        ({"site": ""}, "site"), ({"more": 1}, "more"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_names_its_field_and_keeps_nothing(till, street, changed, field):
    with reading(street.services.records) as records:
        before = length(records)
    answer = till(**{"code": f"{SALAD} {UNIT}"} | changed)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    with reading(street.services.records) as records:
        assert length(records) == before


def test_scans_are_for_makers_staff_and_auditors(till, scanned):
    seq = till(f"01{SALAD}21{UNIT}", "return").json()["seq"]
    path = f"/api/v1/scans?gtin={SALAD}&serial={UNIT}&limit=200"
    assert scanned.get(path).status_code == 401
    for org in (PACKER, AUDITOR):
        entries = scanned.get(path, org=org).json()["entries"]
        assert seq in [each["seq"] for each in entries]
        assert "device" not in repr(entries)
        assert scanned.get(f"/api/v1/scans/{seq}", org=org).json()["site"] == "9521236000004"
    assert scanned.get(path, org=FARM).status_code == 403
    assert scanned.get(path, org=SHOP).status_code == 403
    assert scanned.get(f"/api/v1/scans/{seq}", org=FARM).status_code == 403
    assert scanned.get(f"/api/v1/scans/{seq}", org=SHOP).json()["kind"] == "return"
    own = scanned.get("/api/v1/scans?own=true&limit=200", org=SHOP).json()["entries"]
    assert {each["organisation"]["organisation"] for each in own} == {SHOP}
    for query in (f"gtin={SALAD}", "serial=X", f"gtin={SALAD}&lot=A&serial=B", "gtin=1&lot=A"):
        assert scanned.get(f"/api/v1/scans?{query}", org=PACKER).status_code == 422
