"""Real documents of third parties: the valid are read, the invalid refused with reasons."""

from __future__ import annotations

import hashlib
import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from ledger.epcis import Document, document, read
from ledger.epcis.json_text import JsonText
from ledger.errors import DocumentInvalid
from ledger.vocabulary import Kind, Seconds

pytestmark = pytest.mark.shared_data

NOW = Seconds(1_800_000_000)
VALID = ("documents", "events", "fsma204", "eudr", "hash-2025-10")
VALID_QUERIES = (
    "Combination_of_different_event.json",
    "JumbledFieldsOrder.json",
    "TransformationEvent_with_error_declaration.json",
)


@pytest.fixture
def epcis(shared_data: Path) -> Path:
    return shared_data / "epcis"


def valid_documents(epcis: Path) -> list[Path]:
    found = [p for name in VALID for p in sorted((epcis / name).iterdir()) if "json" in p.suffix]
    return found + [epcis / "query" / name for name in VALID_QUERIES]


def faults_of(path: Path) -> list[dict[str, object]]:
    with pytest.raises(DocumentInvalid) as raised:
        read(path.read_bytes(), NOW)
    faults = raised.value.values["faults"]
    assert isinstance(faults, list)
    return faults


def test_every_valid_document_is_read(epcis):
    refused = {}
    for path in valid_documents(epcis):
        try:
            read(path.read_bytes(), NOW)
        except DocumentInvalid as error:
            refused[path.name] = error.values["faults"]
    assert refused == {}
    assert len(valid_documents(epcis)) > 45


def test_every_event_keeps_its_bytes_and_says_what_the_file_says(epcis):
    for path in valid_documents(epcis):
        data = path.read_bytes()
        rows = data.split(b"\n")
        events = read(data, NOW).events
        assert events
        for event in events:
            assert event.raw in data
            assert event.raw.split(b"\n")[0] in rows[event.line - 1]
            assert JsonText(event.raw).value == event.value
            parse = {"parse_int": Decimal, "parse_float": Decimal}
            assert json.loads(event.raw, **parse) == event.value
            assert hashlib.sha256(event.raw).digest() == event.statement
            assert len(event.canonical_hash) == 32
            assert event.lines or event.value.get("sensorElementList") or "epcList" in event.value


def test_every_document_can_be_written_again(epcis):
    for path in valid_documents(epcis):
        original = read(path.read_bytes(), NOW)
        raw = [event.raw for event in original.events]
        again = read(document(raw, created=NOW, prefixes=original.prefixes), NOW)
        assert [(e.statement, e.lines, e.biz_step, e.sources) for e in again.events] == [
            (e.statement, e.lines, e.biz_step, e.sources) for e in original.events
        ]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "Combination_of_events_with_missing_mandatory_fields",
            [
                (10, "/0", "lacks 'action'"),
                (30, "/1", "lacks 'action'"),
                (30, "/1", "lacks 'eventTimeZoneOffset'"),
            ],
        ),
        (
            "Combination_of_non_standard_bizStep_and_disposition",
            [(18, "/0/bizStep", "'transforming'"), (28, "/1/disposition", "'in_transport'")],
        ),
        (
            "ObjectEvent_with_ilmd_field_without_namespace",
            [(19, "/0/ilmd/materialType", "need a namespace")],
        ),
        (
            "ObjectEvent_with_invalid_certificationInfo",
            [(28, "/0/certificationInfo/0", "URI"), (34, "/0/certificationInfo/1", "URI")],
        ),
        ("ObjectEvent_with_non_standard_bizStep", [(18, "/0/bizStep", "'transforming'")]),
        ("ObjectEvent_with_non_standard_disposition", [(18, "/0/disposition", "'in_transport'")]),
        (
            "ObjectEvent_with_unknown_field_in_quantityList",
            [(21, "/0/quantityList/0/weight", "'weight' is no field")],
        ),
        ("ObjectEvent_without_identifier_list", [(10, "/0", "needs epcList")]),
    ],
)
def test_invalid_documents_are_refused_for_what_is_wrong_with_them(epcis, name, expected):
    faults = faults_of(epcis / "invalid" / f"{name}.json")
    assert [(f["line"], f["field"]) for f in faults] == [
        (line, "/epcisBody/eventList" + pointer) for line, pointer, _ in expected
    ]
    for fault, (_, _, reason) in zip(faults, expected, strict=True):
        assert reason in str(fault["reason"])


def test_no_invalid_document_is_left_out_above(epcis):
    assert len(list((epcis / "invalid").iterdir())) == 8


def test_an_invalid_query_document(epcis):
    (fault,) = faults_of(epcis / "query" / "Invalid" / "QueryDocument_with_invalid_action.json")
    assert "'INVALIDACTION' is none of OBSERVE, ADD, DELETE" in str(fault["reason"])


@pytest.mark.parametrize(
    "name", ["SimpleEventQuery.json", "Invalid/Query_with_invalid_values.json"]
)
def test_a_query_is_no_document(epcis, name):
    (fault,) = faults_of(epcis / "query" / "Queries" / name)
    assert "is a query" in str(fault["reason"])


def test_sensor_reports_that_the_official_schema_refuses_too(epcis):
    """Measurement types of a draft, and reports without type: as the schema with formats on."""
    faults = faults_of(epcis / "query" / "SensorData_with_combined_events.json")
    reasons = " ".join(str(fault["reason"]) for fault in faults)
    assert len(faults) == 5
    for word in ("'Molar_concentration'", "'EffectiveDoseRate'", "lacks 'type'"):
        assert word in reasons


def test_the_food_chain_has_a_lot_in_every_event(epcis):
    documents: list[Document] = [
        read(path.read_bytes(), NOW) for path in sorted((epcis / "fsma204").iterdir())
    ]
    assert sum(len(each.events) for each in documents) == 17
    for each in documents:
        for event in each.events:
            kinds = {line.key.kind for line in event.lines if line.key}
            assert kinds & {Kind.LOT, Kind.LOGISTIC_UNIT}


def test_ten_thousand_events_take_seconds(epcis):
    value = json.loads((epcis / "fsma204" / "shipping-cte.jsonld").read_bytes())
    events = value["epcisBody"]["eventList"]
    value["epcisBody"]["eventList"] = [
        {**events[index % len(events)], "eventID": f"urn:x:{index}"} for index in range(10_000)
    ]
    data = json.dumps(value, indent=2).encode()
    started = time.process_time()
    assert len(read(data, NOW).events) == 10_000
    assert time.process_time() - started < 15  # measured: 1.2 s
