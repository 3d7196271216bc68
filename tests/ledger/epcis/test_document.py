"""What surrounds events: the three kinds of documents, and what is none."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest

from tests.ledger.epcis.building import (
    ABSENT,
    ALL_FIVE,
    CONTEXT,
    NOW,
    document_of,
    faults_of,
    object_event,
    query_document_of,
    read_document,
)


def test_a_capture_document():
    data = document_of(*(event() for event in ALL_FIVE))
    document = read_document(data)
    assert document.kind == "EPCISDocument"
    assert document.hash == document.bytes_hash == hashlib.sha256(data).digest()
    assert document.creation_date == datetime(2026, 4, 18, tzinfo=UTC)
    assert document.prefixes == {"acme": "https://ns.acme.example/epcis/"}
    assert [event.type for event in document.events] == [
        "ObjectEvent",
        "AggregationEvent",
        "AssociationEvent",
        "TransactionEvent",
        "TransformationEvent",
    ]
    pointers = [f"/epcisBody/eventList/{index}" for index in range(5)]
    assert [event.pointer for event in document.events] == pointers


def test_a_query_document():
    document = read_document(query_document_of(object_event(), object_event(action="ADD")))
    assert document.kind == "EPCISQueryDocument"
    pointer = "/epcisBody/queryResults/resultsBody/eventList"
    assert [event.pointer for event in document.events] == [f"{pointer}/0", f"{pointer}/1"]


@pytest.mark.parametrize("build", ALL_FIVE)
def test_an_event_that_stands_alone(build):
    data = json.dumps({"@context": CONTEXT, **build()}).encode()
    document = read_document(b"\n " + data + b"\n")
    (event,) = document.events
    assert document.kind == event.type
    assert (event.pointer, event.line) == ("", 2)
    assert event.raw == data
    assert document.creation_date is None


def test_a_document_may_have_a_head_and_comments():
    head = {
        "id": "https://id.example.org/document1",
        "sender": "urn:epc:id:pgln:9521141.12345",
        "receiver": "urn:epc:id:pgln:9521141.12345",
        "instanceIdentifier": "1234567890",
        "epcisHeader": {"epcisMasterData": {"vocabularyList": []}},
        "_comment_mapping": ["read by people"],
        "_notes": "also",
        "acme:batch": 7,
    }
    assert read_document(document_of(object_event(), **head)).events


def test_results_without_events():
    assert read_document(query_document_of()).events == ()
    assert read_document(document_of()).events == ()
    master = query_document_of(resultsBody={"vocabularyList": []})
    assert read_document(master).events == ()


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"@context": ABSENT}, "", "lacks '@context'"),
        ({"@context": 7}, "/@context", "a context is a URI or an object, not 7"),
        ({"@context": ["no uri", {}]}, "/@context/0", "a context is a URI"),
        ({"schemaVersion": ABSENT}, "", "lacks 'schemaVersion'"),
        ({"schemaVersion": "two"}, "/schemaVersion", "version"),
        ({"schemaVersion": 2}, "/schemaVersion", "version"),
        ({"creationDate": ABSENT}, "", "lacks 'creationDate'"),
        ({"creationDate": "2026-02-30T00:00:00Z"}, "/creationDate", "no date and time"),
        ({"creationDate": "2026-02-20"}, "/creationDate", "no date and time"),
        ({"epcisBody": ABSENT}, "", "lacks 'epcisBody'"),
        ({"epcisBody": None}, "/epcisBody", "must be an object, not null"),
        ({"epcisBody": {"eventList": None}}, "/epcisBody/eventList", "list of events, not null"),
        ({"epcisBody": []}, "/epcisBody", "must be an object, not a list"),
        ({"epcisBody": {}}, "/epcisBody", "lacks 'eventList'"),
        ({"epcisBody": {"eventList": {}}}, "/epcisBody/eventList", "must be a list of events"),
        ({"epcisBody": {"eventList": [7]}}, "/epcisBody/eventList/0", "an event must be an object"),
        ({"sender": "me"}, "/sender", "'me' is no URI"),
        ({"createDate": "x"}, "/createDate", "did you mean 'creationDate'?"),
    ],
)
def test_wrong_heads(changes, field, reason):
    faults = faults_of(document_of(**changes))
    assert [fault["field"] for fault in faults] == [field]
    assert reason in faults[0]["reason"]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"resultsBody": ABSENT}, "/epcisBody/queryResults", "lacks 'resultsBody'"),
        ({"queryName": 7}, "/epcisBody/queryResults/queryName", "must be text"),
        ({"resultsBody": {}}, "/epcisBody/queryResults/resultsBody", "none of eventList, vocab"),
        ({"subscriptionID": 7}, "/epcisBody/queryResults/subscriptionID", "must be text"),
    ],
)
def test_wrong_query_results(changes, field, reason):
    body = json.loads(query_document_of(object_event()))["epcisBody"]
    results = {**body["queryResults"], **changes}
    results = {name: value for name, value in results.items() if value is not ABSENT}
    data = document_of(type="EPCISQueryDocument", epcisBody={"queryResults": results})
    (fault,) = faults_of(data)
    assert (fault["field"], reason in fault["reason"]) == (field, True)


def test_a_query_document_has_no_event_list_of_its_own():
    (fault, other) = faults_of(document_of(object_event(), type="EPCISQueryDocument"))
    reasons = fault["reason"] + other["reason"]
    assert "the body of an EPCISQueryDocument lacks 'queryResults'" in reasons
    assert "'eventList' is no field of the body of an EPCISQueryDocument" in reasons


@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        ([], "", "a document is an object, not a list"),
        ("text", "", "a document is an object, not 'text'"),
        ({}, "", "has no 'type'"),
        ({"type": "EPCISDokument"}, "/type", "'EPCISDokument' is neither EPCISDocument"),
        ({"type": ["ObjectEvent"]}, "/type", "a list is neither"),
        ({"type": "EPCISMasterDataDocument"}, "/type", "master data"),
        ({"eventType": ["ObjectEvent"], "GE_eventTime": "x"}, "", "is a query (SimpleEventQuery)"),
        ({"MATCH_epc": []}, "", "is a query (SimpleEventQuery)"),
    ],
)
def test_what_is_no_document(value, field, reason):
    (fault,) = faults_of(json.dumps(value).encode())
    assert (fault["field"], fault["line"]) == (field, 1)
    assert reason in fault["reason"]


def test_a_lone_event_needs_its_context():
    (fault,) = faults_of(json.dumps(object_event()).encode())
    assert "lacks '@context'" in fault["reason"]


def test_all_faults_are_told_in_the_order_of_the_file():
    data = document_of(
        object_event(bizStep="shiping", disposition="lost"),
        object_event(action="LOOK"),
        schemaVersion="x",
    )
    faults = faults_of(data)
    assert [fault["field"] for fault in faults] == [
        "/schemaVersion",
        "/epcisBody/eventList/0/bizStep",
        "/epcisBody/eventList/0/disposition",
        "/epcisBody/eventList/1/action",
    ]
    rows = data.decode().split("\n")
    for fault in faults:
        name = fault["field"].rsplit("/", 1)[1]
        row = rows[fault["line"] - 1]
        assert row[fault["column"] - 1 :].startswith(f'"{name}"')


def test_faults_are_capped():
    assert len(faults_of(document_of(*(object_event(bizStep="x") for _ in range(300))))) == 200


def test_faults_of_json_are_told_with_those_of_epcis():
    data = document_of(object_event(bizStep="shiping")).replace(
        b'"2.0"', b'"2.0", "schemaVersion": "2.1"'
    )
    reasons = [fault["reason"] for fault in faults_of(data)]
    assert "stands twice" in reasons[0]
    assert "shiping" in reasons[1]


def test_size_is_a_setting():
    data = document_of(object_event())
    assert read_document(data, max_bytes=len(data))
    (fault,) = faults_of(data, max_bytes=len(data) - 1)
    assert "larger" in fault["reason"]


def test_the_future_begins_a_day_after_now():
    def at(seconds: int) -> str:
        return datetime.fromtimestamp(seconds, UTC).isoformat()

    assert read_document(document_of(object_event(eventTime=at(NOW + 86_400))))
    (fault,) = faults_of(document_of(object_event(eventTime=at(NOW + 86_401))))
    assert fault["field"].endswith("/0/eventTime")
    assert "in the future" in fault["reason"]


def test_the_past_ends_where_the_chains_clock_begins():
    assert read_document(document_of(object_event(eventTime="1970-01-01T00:00:00Z")))
    (fault,) = faults_of(document_of(object_event(eventTime="1969-12-31T23:59:59Z")))
    assert fault["field"].endswith("/0/eventTime")
    assert "before 1970" in fault["reason"]
