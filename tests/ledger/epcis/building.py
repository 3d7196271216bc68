"""EPCIS documents written for tests: right ones, and how to bend them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger.epcis import Document, EpcisEvent, read
from ledger.errors import DocumentInvalid
from ledger.vocabulary import Seconds

NOW = Seconds(1_800_000_000)  # 2027-01-15
CONTEXT = [
    "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
    {"acme": "https://ns.acme.example/epcis/"},
]
LOT = "https://id.gs1.org/01/09521141123454/10/LOT-7"
UNIT = "https://id.gs1.org/01/09521141123454/21/S9"
PALLET = "urn:epc:id:sscc:9521141.0000000123"
FARM = "urn:epc:id:sgln:9521141.12345.0"

ABSENT = object()
"""Given for a field: leave it out."""


def _event(kind: str, fields: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    event = {
        "type": kind,
        "eventTime": "2026-04-17T09:26:42.125-04:00",
        "eventTimeZoneOffset": "-04:00",
        **fields,
        **changes,
    }
    return {name: value for name, value in event.items() if value is not ABSENT}


def object_event(**changes: Any) -> dict[str, Any]:
    quantities = [{"epcClass": LOT, "quantity": 25, "uom": "KGM"}]
    return _event("ObjectEvent", {"action": "OBSERVE", "quantityList": quantities}, changes)


def aggregation_event(**changes: Any) -> dict[str, Any]:
    fields = {"action": "ADD", "parentID": PALLET, "childEPCs": [UNIT]}
    return _event("AggregationEvent", fields, changes)


def association_event(**changes: Any) -> dict[str, Any]:
    fields = {"action": "ADD", "parentID": "urn:epc:id:grai:9521141.12345.A7", "childEPCs": [UNIT]}
    return _event("AssociationEvent", fields, changes)


def transaction_event(**changes: Any) -> dict[str, Any]:
    orders = [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9521141123454:PO-1"}]
    fields = {"action": "ADD", "bizTransactionList": orders, "epcList": [UNIT]}
    return _event("TransactionEvent", fields, changes)


def transformation_event(**changes: Any) -> dict[str, Any]:
    fields = {
        "inputQuantityList": [{"epcClass": LOT, "quantity": 10, "uom": "KGM"}],
        "outputEPCList": [UNIT],
    }
    return _event("TransformationEvent", fields, changes)


ALL_FIVE = (
    object_event,
    aggregation_event,
    association_event,
    transaction_event,
    transformation_event,
)


def document_of(*events: dict[str, Any], **head: Any) -> bytes:
    document = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-04-18T00:00:00Z",
        "epcisBody": {"eventList": list(events)},
        **head,
    }
    kept = {name: value for name, value in document.items() if value is not ABSENT}
    return json.dumps(kept, indent=2, ensure_ascii=False).encode()


def query_document_of(*events: dict[str, Any], **results: Any) -> bytes:
    body = {
        "queryResults": {
            "queryName": "SimpleEventQuery",
            "subscriptionID": "32d2aec1-a6d2-46d9-900a-24124288cce1",
            "resultsBody": {"eventList": list(events)},
            **results,
        }
    }
    return document_of(type="EPCISQueryDocument", epcisBody=body)


def read_document(data: bytes, **switches: Any) -> Document:
    return read(data, NOW, **switches)


def read_one(event: dict[str, Any], **head: Any) -> EpcisEvent:
    (read_event,) = read_document(document_of(event, **head)).events
    return read_event


def faults_of(data: bytes, **switches: Any) -> list[dict[str, Any]]:
    """All faults of a document that must have some."""
    with pytest.raises(DocumentInvalid) as raised:
        read_document(data, **switches)
    faults = raised.value.values["faults"]
    assert isinstance(faults, list)
    assert raised.value.line == faults[0]["line"]
    assert raised.value.field == faults[0]["field"]
    return faults


def only_fault(event: dict[str, Any], **switches: Any) -> tuple[str, str]:
    """Where in the event its only fault is, and the reason."""
    (fault,) = faults_of(document_of(event), **switches)
    assert fault["field"].startswith("/epcisBody/eventList/0")
    return fault["field"].removeprefix("/epcisBody/eventList/0"), fault["reason"]
