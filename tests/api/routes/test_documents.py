"""Documents go in whole, with a report of what follows, or not at all."""

import json

import pytest

from ledger.hashing import sha256
from tests.api.town import FARM, GLNS, LETTUCE, PACKER

pytestmark = pytest.mark.chain
CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
JSON_LD = {"Content-Type": "application/ld+json"}


def document(*events):
    return json.dumps(
        {
            "@context": [CONTEXT],
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-01-31T10:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }
    ).encode()


def event(lot, amount, action="ADD", step="commissioning", hour=8, **more):
    return {
        "type": "ObjectEvent",
        "eventTime": f"2026-01-31T{hour:02}:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": action,
        "bizStep": step,
        "quantityList": [
            {
                "epcClass": f"https://id.gs1.org/01/{LETTUCE}/10/{lot}",
                "quantity": amount,
                "uom": "KGM",
            }
        ],
        **more,
    }


def test_a_document_becomes_facts_and_statements(town):
    data = document(event("DOC-1", 12.5), event("DOC-1", 99, "OBSERVE", "shipping", 9))
    response = town.post(FARM, "/documents?name=harvest.jsonld", data, **JSON_LD)
    assert response.status_code == 202, response.text
    report = response.json()
    assert report["document"] == "0x" + sha256(data).hex()
    assert [each["outcome"] for each in report["statements"]] == ["facts", "statement"]
    assert report["statements"][0]["acts"] == ["CommissionItem"]
    assert report["statements"][1]["finding"]["kind"]
    assert report["added"] == 2

    town.settle()
    kept = town.get(response.headers["location"])
    assert kept.content == data
    assert "attachment" in kept.headers["content-disposition"]
    states = {town.get(f"/api/v1/operations/{op}", FARM).json()["state"]
              for op in report["operations"]}  # fmt: skip
    assert states <= {"included", "final"}

    said = report["statements"][0]
    statement = town.get(f"/api/v1/statements/{said['statement']}").json()
    assert statement["document"] == report["document"]
    assert (statement["line"], statement["lines"][0]["amount"]) == (said["line"], "12.5")
    slice_ = town.get(f"/api/v1/statements/{said['statement']}/bytes").content
    assert "0x" + sha256(slice_).hex() == said["statement"]
    assert slice_ in data

    (finding,) = town.get(
        f"/api/v1/findings?statement={report['statements'][1]['statement']}"
    ).json()["entries"]
    assert finding["document"] == report["document"]
    assert finding["name"] == statement["name"] == "harvest.jsonld"
    assert finding["line"] == report["statements"][1]["line"]

    again = town.post(FARM, "/documents", data, **JSON_LD).json()
    assert (again["added"], again["operations"]) == (0, [])
    assert {each["outcome"] for each in again["statements"]} == {"known"}


def test_a_dry_run_keeps_nothing(town):
    data = document(event("DRY", 1))
    response = town.post(FARM, "/documents?dry_run=true", data, **JSON_LD)
    assert (response.status_code, response.json()["dry_run"]) == (200, True)
    assert response.json()["statements"][0]["outcome"] == "facts"
    assert town.get(f"/api/v1/documents/{sha256(data).hex()}").status_code == 404
    town.settle()
    assert town.get(f"/api/v1/items/01/{LETTUCE}/10/DRY").status_code == 404


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"{", "application/ld+json", 400, "DocumentInvalid"),
        (b"[]", "application/json", 400, "DocumentInvalid"),
        (b"\xff\xfe", "application/json", 400, "DocumentInvalid"),
        (b"[" * 50_000, "application/json", 400, "DocumentInvalid"),
        (b"", "text/csv", 400, "CsvInvalid"),
        (b"act,gtin\nmake,1\n", "text/csv", 400, "CsvInvalid"),
        (b"<xml/>", "application/xml", 415, "MediaTypeUnsupported"),
        (b"{}", "", 415, "MediaTypeUnsupported"),
    ],
)
def test_what_is_no_document_is_refused_whole(town, data, kind, status, code):
    response = town.post(FARM, "/documents", data, **{"Content-Type": kind})
    assert (response.status_code, response.json()["code"]) == (status, code), response.text


def test_all_faults_are_told_with_line_and_field(town):
    wrong = [event("A", 1, eventTime="yesterday"), event("B", -1)]
    data = document(*wrong)
    problem = town.post(FARM, "/documents", data, **JSON_LD).json()
    assert problem["code"] == "DocumentInvalid"
    assert len(problem["faults"]) >= 2
    assert all({"line", "field", "reason"} <= set(fault) for fault in problem["faults"])
    assert problem["line"] == problem["faults"][0]["line"]
    assert town.get(f"/api/v1/documents/{sha256(data).hex()}").status_code == 404


def test_a_document_needs_a_key_and_an_idempotency_key(town):
    data = document(event("C", 1))
    assert town.web.post("/api/v1/documents", content=data, headers=JSON_LD).status_code == 401
    headers = JSON_LD | {"Authorization": f"Bearer {town.secrets[PACKER]}"}
    response = town.web.post("/api/v1/documents", content=data, headers=headers)
    assert (response.status_code, response.json()["field"]) == (400, "Idempotency-Key")


def test_somebody_elses_goods_give_a_finding_and_no_act(town):
    place = f"https://id.gs1.org/414/{GLNS[FARM]}"
    told = event("DOC-2", 5, readPoint={"id": place}, bizLocation={"id": place})
    report = town.post(PACKER, "/documents", document(told), **JSON_LD).json()
    (said,) = report["statements"]
    assert said["outcome"] == "statement"
    assert said["finding"]["reason"]


@pytest.mark.parametrize("apart", [False, True])
def test_an_error_declaration_takes_back_what_it_declares_once(town, apart):
    def told(number, **more):
        lot, id_ = f"WRONG-{apart}-{number}", f"urn:x:wrong-{apart}-{number}"
        return event(lot, 5, "OBSERVE", "inspecting", 8 + number, eventID=id_, **more)

    wrong, right = told(0), told(1)
    declared = told(
        0,
        errorDeclaration={
            "declarationTime": "2026-02-01T00:00:00Z",
            "reason": "incorrect_data",
            "correctiveEventIDs": [right["eventID"]],
        },
    )
    if apart:
        town.post(FARM, "/documents", document(wrong, right), **JSON_LD)
        town.settle()
    data = document(declared) if apart else document(declared, wrong, right)
    first = town.post(FARM, "/documents", data, **JSON_LD).json()
    assert first["statements"][0]["acts"] == ["CorrectStatement"]
    for _ in range(2):
        town.settle()
        again = town.post(FARM, "/documents", data, **JSON_LD).json()
        assert again["added"] == 0
        assert {each["outcome"] for each in again["statements"]} == {"known"}
    (operation,) = first["statements"][0]["operations"]
    (correction,) = [
        act
        for act in town.get(f"/api/v1/operations/{operation}", FARM).json()["acts"]
        if act["act"] == "CorrectStatement"
    ]
    by = town.get(f"/api/v1/statements/{correction['by']}").json()
    assert by["lines"][0]["subject"]["lot"] == f"WRONG-{apart}-1"
    taken_back = town.get(f"/api/v1/findings?statement={correction['statement']}").json()["entries"]
    assert [each["kind"] for each in taken_back] == []


def test_an_idempotency_key_stands_for_one_document(town):
    first, other = document(event("DOC-K", 1)), document(event("DOC-K", 2))
    assert town.post(FARM, "/documents", first, key="papers", **JSON_LD).status_code == 202
    again = town.post(FARM, "/documents", first, key="papers", **JSON_LD)
    assert (again.status_code, again.json()["added"]) == (202, 0)
    reused = town.post(FARM, "/documents", other, key="papers", **JSON_LD)
    assert (reused.status_code, reused.json()["code"]) == (422, "IdempotencyKeyReused")
    assert town.post(PACKER, "/documents", other, key="papers", **JSON_LD).status_code == 202
    town.settle()


def test_only_what_one_has_said_is_corrected(town):
    unknown = {"statement": "0x" + "ab" * 32}
    refused = town.post(FARM, "/corrections", unknown)
    assert (refused.status_code, refused.json()["code"]) == (404, "NotFound")
    data = document(event("DOC-C", 3))
    said = town.post(FARM, "/documents", data, **JSON_LD).json()["statements"][0]["statement"]
    assert town.post(PACKER, "/corrections", {"statement": said}).status_code == 404
    assert town.post(FARM, "/corrections", {"statement": said}).status_code == 202
    town.settle()


def test_names_are_not_blank(town):
    body = {"gtin": LETTUCE, "unit": "KGM", "decimals": 3, "description": {"name": {"en": "  "}}}
    refused = town.post(FARM, "/products", body)
    assert (refused.status_code, refused.json()["field"]) == (422, "description.name.en")


def test_one_event_may_ship_more_than_a_block_holds(town):
    """130 lines: made, shipped and received, each told in one event."""
    lots = [f"BIG-{number:03}" for number in range(130)]
    to = [{"type": "owning_party", "destination": f"https://id.gs1.org/417/{GLNS[PACKER]}"}]
    came = [{"type": "owning_party", "source": f"https://id.gs1.org/417/{GLNS[FARM]}"}]
    amounts = [event(lot, 1)["quantityList"][0] for lot in lots]
    made = event("-", 1) | {"quantityList": amounts}
    sent = event("-", 1, "OBSERVE", "shipping", 9, destinationList=to) | {"quantityList": amounts}
    got = event("-", 1, "OBSERVE", "receiving", 10, sourceList=came) | {"quantityList": amounts}
    for org, told in ((FARM, [made, sent]), (PACKER, [got])):
        report = town.post(org, "/documents", document(*told), **JSON_LD).json()
        assert {each["outcome"] for each in report["statements"]} == {"facts"}, report
        town.settle()
    for number in ("000", "119", "129"):
        held = town.get(f"/api/v1/holdings/01/{LETTUCE}/10/BIG-{number}").json()
        assert [(each["holder"]["organisation"], each["amount"]) for each in held] == [
            (PACKER, "1")
        ]
