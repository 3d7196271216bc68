"""Rules that look at a whole event: its type, what it is about, and its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ledger.epcis.rules import Check
from ledger.epcis.shapes import EVENTS, PRIVATE_EVENT
from ledger.epcis.words import expanded, is_uri
from ledger.times import read_time

FUTURE_TOLERANCE = timedelta(hours=24)
"""So far ahead of our clock an event may be: clocks and time zones go wrong."""

_EPCIS = "https://ref.gs1.org/epcis/"


def event_type(value: object, prefixes: Mapping[str, str]) -> str:
    """An event's type: one of the five names, the URI of a private one, or empty."""
    if not isinstance(value, str):
        return ""
    name = expanded(value, prefixes).removeprefix(_EPCIS)
    return name if name in EVENTS or (is_uri(name) and not value.startswith("epcis:")) else ""


def check_event(check: Check, value: object, pointer: str, latest: datetime) -> None:
    """Note all that is wrong with an event; what is after ``latest`` is the future."""
    if not isinstance(value, dict):
        check.fault(pointer, "an event must be an object")
        return
    name = event_type(value.get("type"), check.prefixes)
    if not name:
        given = (
            f"{value['type']!r} is no event type" if "type" in value else "an event lacks 'type'"
        )
        check.fault(
            f"{pointer}/type" if "type" in value else pointer,
            f"{given}: one of {', '.join(EVENTS)}",
        )
        return
    EVENTS.get(name, PRIVATE_EVENT)(check, value, pointer)
    _check_subjects(check, name, value, pointer)
    if "ilmd" in value and name == "ObjectEvent" and value.get("action") in ("OBSERVE", "DELETE"):
        check.fault(
            f"{pointer}/ilmd",
            "ilmd describes what begins: an ObjectEvent has it only with action ADD",
        )
    moment = read_time(value.get("eventTime"))
    if moment and moment > latest:
        check.fault(f"{pointer}/eventTime", f"{value['eventTime']} is in the future")
    if moment and moment.timestamp() < 0:
        check.fault(f"{pointer}/eventTime", f"{value['eventTime']} is before 1970")


def _check_subjects(check: Check, name: str, value: Mapping[str, Any], pointer: str) -> None:
    """An event must be about something (EPCIS 2.0, section 7.4)."""
    deletes = value.get("action") == "DELETE"
    match name:
        case "ObjectEvent":
            sensed = value.get("sensorElementList") and "readPoint" in value
            if "epcList" not in value and not value.get("quantityList") and not sensed:
                check.fault(
                    pointer,
                    "an ObjectEvent needs epcList, a quantityList with an element, "
                    "or a sensorElementList with an element and a readPoint",
                )
        case "AggregationEvent" | "AssociationEvent":
            if not (value.get("childEPCs") or value.get("childQuantityList") or deletes):
                check.fault(
                    pointer,
                    f"an {name} needs childEPCs or childQuantityList, unless its action is DELETE",
                )
        case "TransactionEvent":
            if not ("epcList" in value or value.get("quantityList") or deletes):
                check.fault(
                    pointer,
                    "a TransactionEvent needs epcList or quantityList, unless its action is DELETE",
                )
        case "TransformationEvent":
            _check_transformation(check, value, pointer)


def _check_transformation(check: Check, value: Mapping[str, Any], pointer: str) -> None:
    inputs = value.get("inputEPCList") or value.get("inputQuantityList")
    outputs = value.get("outputEPCList") or value.get("outputQuantityList")
    if "transformationID" in value:
        if not inputs and not outputs:
            check.fault(pointer, "a TransformationEvent needs inputs or outputs")
        return
    for found, what in ((inputs, "input"), (outputs, "output")):
        if not found:
            check.fault(
                pointer,
                f"a TransformationEvent needs {what}EPCList or {what}QuantityList, "
                "or a transformationID",
            )
