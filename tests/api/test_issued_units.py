"""Units of print runs: scanned, sold, claimed, dispatched, void, recalled, and proven."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from ledger.chain.codes import code_key
from ledger.chain.points import sign_claim
from ledger.chain.relay import Domain
from ledger.codes import read_code
from ledger.commands import ClaimPoints
from ledger.errors import UnitNotProven
from ledger.proofs import Pinned, proof_from_json, verify_unit
from ledger.vocabulary import DocumentHash, lot, unit
from records import units
from records.engine import reading
from tests.api.printing.packer import (
    HOST,
    LOT,
    OTHER_LOT,
    RECIPIENT,
    asked,
    issued,
    made,
    printed,
    printing_town,
    scanned,
    ship,
    why,
)
from tests.api.town import GLNS, PACKER, SALAD, SHOP, Town
from tests.support.packs import MEMBERS

pytestmark = pytest.mark.chain


@pytest.fixture(scope="module")
def town(anvil, tmp_path_factory) -> Iterator[Town]:
    with printing_town(anvil, tmp_path_factory.mktemp("printing")) as town:
        yield town


def test_a_run_goes_from_the_print_shop_to_the_claim(town):
    run = made(town)
    assert (run["state"], run["file"], run["issue"]) == ("being_registered", "waiting", None)
    rows = printed(town, run)
    row = rows[2]
    assert why(town, row) == ("cannot_check", "being_registered")
    page = town.get(row["digital_link"].removeprefix(HOST), Accept="text/html")
    assert page.status_code == 200
    assert "Being registered" in page.text
    town.settle()
    run = town.get(f"/api/v1/print-runs/{run['id']}", PACKER).json()
    assert (run["state"], run["file"]) == ("issued", "handed_out")
    assert why(town, row) == ("registered", "on_record")

    index = run["first"] + 2
    of_issue = {"gtin": SALAD, "lot": LOT, "issue": run["issue"]}
    town.act(SHOP, "/unit-sales", {**of_issue, "indexes": [index]})
    assert why(town, row) == ("sold", "unit_sold")
    assert scanned(town, row)["unit"]["seller"]["organisation"] == SHOP
    page = town.get(row["digital_link"].removeprefix(HOST), Accept="text/html")
    assert "Corner Shop" in page.text

    terms = {"rules": {"en": "Points for all."}, "daily_cap": 100, "return_window": 60}
    town.act(SHOP, "/programmes", {**terms, "budget": 500})
    partner = {"partner": GLNS[PACKER], "rights": ["earn"]}
    town.act(SHOP, "/programmes/1/partners", partner)
    town.act(PACKER, "/programmes/1/earnings", {**of_issue, "points": 5})
    town.act(SHOP, "/claims", claim(town, run, rows, 2))
    assert scanned(town, row)["unit"]["claimed"]


def claim(town: Town, run: dict, rows: list[dict[str, str]], place: int) -> dict:
    """What a member's phone makes of the hidden code, typed in small letters."""
    with reading(town.services.records) as records:
        path = tuple(map(DocumentHash, units.path(records, run["id"], place)))
    row, index = rows[place], run["first"] + place
    named = unit(SALAD, row["serial"]).id
    said = ClaimPoints(lot(SALAD, LOT).id, run["issue"], index, named, MEMBERS[0], path, b"")
    at = town.services.deployment
    domain = Domain(at.chain_id, at.address_of("Loyalty"), "Loyalty")
    signed = sign_claim(code_key(read_code(row["code"].lower())), domain, said)
    return {
        "gtin": SALAD, "lot": LOT, "issue": run["issue"], "index": index,
        "serial": row["serial"], "member": "0x" + MEMBERS[0].hex(),
        "path": ["0x" + each.hex() for each in path], "signature": "0x" + signed.signature.hex(),
    }  # fmt: skip


def test_units_that_are_printed_again_are_void_and_the_others_are_not(town):
    run, rows = issued(town)
    body = {"recipient": RECIPIENT, "first": 1, "count": 2, "reason": "printed_wrong"}
    early = made(town)
    too_early = town.post(PACKER, f"/print-runs/{early['id']}/reissues", body)
    assert (too_early.status_code, too_early.json()["code"]) == (409, "Refused")
    beyond = town.post(PACKER, f"/print-runs/{run['id']}/reissues", body | {"count": 5})
    assert (beyond.status_code, beyond.json()["field"]) == (422, "first")
    again = town.post(PACKER, f"/print-runs/{run['id']}/reissues", body).json()
    town.settle()
    said = [why(town, row) for row in rows]
    assert said[0] == said[3] == said[4] == ("registered", "on_record")
    assert said[1] == said[2] == ("unknown", "unit_void")
    void = town.get(rows[1]["digital_link"].removeprefix(HOST), Accept="text/html")
    assert void.status_code == 404
    assert "Code withdrawn" in void.text
    assert scanned(town, rows[1])["unit"]["void_reason"] == "printed_wrong"
    assert [why(town, row)[0] for row in printed(town, again)] == ["registered"] * 2


def test_units_of_dispatch_are_dispatched_by_a_shipment_or_by_hand(town):
    run, rows = issued(town, activation="dispatch")
    assert {why(town, row) for row in rows} == {("cannot_check", "not_activated")}
    page = town.get(rows[0]["digital_link"].removeprefix(HOST), Accept="text/html").text
    assert "not yet dispatched by its maker" in page

    ship(town, "DN-2", LOT, 2, activates=[{"run": run["id"], "first": 0, "count": 2}])
    assert [why(town, row)[0] for row in rows] == ["registered"] * 2 + ["cannot_check"] * 3

    of_issue = {"gtin": SALAD, "lot": LOT, "issue": run["issue"], "first": run["first"] + 3}
    body = {**of_issue, "count": 1, "reference": "DN-3"}
    done = town.post(PACKER, "/activations", body, key="dn-3")
    assert (done.status_code, done.json()["first"]) == (201, 3)
    assert town.post(PACKER, "/activations", body, key="dn-3").json() == done.json()
    assert town.post(PACKER, "/activations", body | {"count": 2}, key="dn-3").status_code == 422
    assert [why(town, row)[0] for row in rows][2:] == ["cannot_check", "registered", "cannot_check"]
    listed = town.get(f"/api/v1/print-runs/{run['id']}/activations?limit=1", PACKER).json()
    assert [each["reference"] for each in listed["entries"]] == ["DN-2"]
    more = f"/api/v1/print-runs/{run['id']}/activations?after={listed['next']}"
    assert [n["reference"] for n in town.get(more, PACKER).json()["entries"]] == ["DN-3"]


@pytest.mark.parametrize(
    ("ranges", "status", "field"),
    [
        ([{"first": 0}], 422, "activates[0].run"),
        ([{"run": "RUN", "count": 9}], 422, "activates[0].count"),
        ([{"run": "RUN", "first": 9}], 422, "activates[0].first"),
        ([{"run": "RUN"}, {"run": "RUN", "issue": 1}], 422, "activates[1].run"),
        ([{"run": "aaaaaaaaaaaa"}], 404, None),
        ([{"gtin": SALAD, "lot": LOT, "issue": 999}], 404, None),
    ],
)
def test_a_shipment_that_activates_what_is_not_there_is_no_shipment(town, ranges, status, field):
    run = made(town)["id"]
    named = [each | ({"run": run} if each.get("run") == "RUN" else {}) for each in ranges]
    line = {"gtin": SALAD, "lot": LOT, "amount": 1}
    body = {"reference": "DN-X", "receiver": SHOP, "lines": [line], "activates": named}
    response = town.post(PACKER, "/shipments", body)
    assert response.status_code == status, response.text
    assert response.json().get("field") == field
    town.settle()
    assert town.get(f"/api/v1/shipments/{PACKER}/DN-X").status_code == 404


def test_a_proof_is_given_to_who_has_the_code_and_checked_without_us(town):
    run, rows = issued(town)
    address = rows[3]["digital_link"].removeprefix(HOST).lower()
    raw = town.get(f"/api/v1/unit-proofs{address}").content
    assert len(raw) <= 2048
    proof = proof_from_json(raw)
    assert (proof.index, proof.issue) == (run["first"] + 3, run["issue"])
    assert proof.issued is not None
    verify_unit(proof, Pinned(bytes.fromhex(run["root"][2:])), unit(SALAD, rows[3]["serial"]).id)
    with pytest.raises(UnitNotProven):
        verify_unit(proof, Pinned(bytes(32)))
    waiting = printed(town, made(town))[0]["digital_link"].removeprefix(HOST)
    assert town.get(f"/api/v1/unit-proofs{waiting}").status_code == 409
    nobody = town.get(f"/api/v1/unit-proofs/01/{SALAD}/21/{'0' * 20}")
    assert (nobody.status_code, nobody.json()["code"]) == (404, "NotFound")
    town.settle()


def test_the_way_of_a_unit_is_that_of_its_lot(town):
    _, rows = issued(town, codes=False)
    path = rows[0]["digital_link"].removeprefix(HOST)
    assert town.get(f"/trace{path}", Accept="text/html").status_code == 200
    graph = town.get(f"/api/v1/trace{path}").json()
    assert graph == town.get(f"/api/v1/trace/01/{SALAD}/10/{LOT}").json()


def test_a_unit_under_another_lot_than_its_own_is_unknown_and_small_letters_are_read(town):
    _, rows = issued(town, codes=False)
    serial = rows[0]["serial"]
    under = f"/01/{SALAD}/10/{OTHER_LOT}/21/{serial}"
    wrong = town.get(under, Accept="application/json").json()["verdict"]
    assert (wrong["verdict"], wrong["reasons"][0]) == ("unknown", "lot_differs")
    for path in (f"/01/{SALAD}/21/{serial}", f"/01/{SALAD}/21/{serial}".lower()):
        assert (
            town.get(path, Accept="application/json").json()["verdict"]["verdict"] == "registered"
        )
    strangers = [
        town.get(f"/01/{SALAD}/21/{number}", Accept="application/json").json()
        for number in ("0" * 20, "Z" * 20)
    ]
    assert [each["verdict"]["reasons"] for each in strangers] == [["not_registered"]] * 2
    assert json.dumps(strangers[0]).replace("0" * 20, "Z" * 20).count("Z" * 20) == json.dumps(
        strangers[1]
    ).count("Z" * 20)


def test_the_recall_of_its_lot_is_told_of_every_unit(town):
    _, rows = issued(town, lot=OTHER_LOT, codes=False)
    notice = {"en": "Do not eat."}
    recalled = {"items": [{"gtin": SALAD, "lot": OTHER_LOT}], "notice": notice}
    town.act(PACKER, "/recalls", recalled)
    assert why(town, rows[0]) == ("recalled", "recalled")
    told = scanned(town, rows[0])
    assert told["recall"]["notice"]["notice"] == notice or told["recall"]["notice"]
    refused = town.post(PACKER, "/print-runs", asked(lot=OTHER_LOT))
    assert (refused.status_code, refused.json()["code"]) == (409, "ItemIsRecalled")


def test_the_story_of_a_unit_tells_of_its_own_issue_and_of_no_sale_of_others(town):
    _, rows = issued(town)
    issued(town)
    sale = f"act,date,gtin,lot,quantity\nsell,2026-03-05T10:00:00Z,{SALAD},{LOT},3\n".encode()
    report = town.post(SHOP, "/documents", sale, **{"Content-Type": "text/csv"})
    assert report.status_code == 202, report.text
    town.settle()
    lot_page = f"/01/{SALAD}/10/{LOT}"
    of_lot = town.get(lot_page, Accept="application/json").json()["story"]
    assert headlines(of_lot).count("Given codes for single packs") > 1
    of_unit = headlines(scanned(town, rows[0])["story"])
    assert of_unit.count("Given codes for single packs") == 1
    assert not any(said.startswith("Reported") for said in of_unit), of_unit


def headlines(story: list[dict]) -> list[str]:
    return [step["headline"] for step in story]
