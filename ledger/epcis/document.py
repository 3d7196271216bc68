"""EPCIS 2.0 documents in JSON-LD: capture documents, query results, bare events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ledger.epcis.event_reader import EventReader
from ledger.epcis.event_rules import FUTURE_TOLERANCE, check_event, event_type
from ledger.epcis.faults import refusal
from ledger.epcis.json_text import MAX_BYTES, JsonText
from ledger.epcis.model import EpcisEvent
from ledger.epcis.rules import (
    Check,
    Shape,
    anything,
    context,
    date_time,
    named,
    string,
    uri,
    version,
)
from ledger.epcis.words import prefixes_of
from ledger.hashing import document_hash
from ledger.times import read_time
from ledger.vocabulary import DocumentHash, Seconds

_HEAD = {
    "@context": context,
    "type": anything,
    "id": uri,
    "schemaVersion": version,
    "creationDate": date_time,
    "sender": uri,
    "receiver": uri,
    "instanceIdentifier": string,
    "epcisHeader": anything,
    "epcisBody": anything,
}
_REQUIRED = ("@context", "type", "schemaVersion", "creationDate", "epcisBody")
_DOCUMENTS = {
    "EPCISDocument": Shape("an EPCISDocument", _HEAD, required=_REQUIRED),
    "EPCISQueryDocument": Shape("an EPCISQueryDocument", _HEAD, required=_REQUIRED),
}
_BODY = Shape("the body of an EPCISDocument", {"eventList": anything}, required=("eventList",))
_QUERY_BODY = Shape(
    "the body of an EPCISQueryDocument", {"queryResults": anything}, required=("queryResults",)
)
_RESULTS = Shape(
    "query results",
    {"queryName": string, "subscriptionID": string, "resultsBody": anything},
    required=("resultsBody",),
)
_RESULTS_BODY = Shape(
    "the body of query results",
    {"eventList": anything, "vocabularyList": anything},
    one_of=("eventList", "vocabularyList"),
)

_QUERY_PARAMETER = (
    r"eventTypes?$|(?:EQ|GE|GT|LE|LT|MATCH|EXISTS|HASATTR|WD)_|orderBy$|maxEventCount$|queryName$"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that obeys the standard.

    ``kind`` is EPCISDocument, EPCISQueryDocument, or the type of an event that stands alone.
    """

    hash: DocumentHash
    kind: str
    creation_date: datetime | None
    events: tuple[EpcisEvent, ...]
    prefixes: Mapping[str, str]

    @property
    def bytes_hash(self) -> DocumentHash:
        """SHA-256 of the whole file."""
        return self.hash


def read(
    data: bytes,
    now: Seconds,
    *,
    strict_check_digits: bool = True,
    max_bytes: int = MAX_BYTES,
) -> Document:
    """Read an EPCIS 2.0 document and all its events.

    ``now`` decides what is the future: events more than 24 hours after it are faults. Without
    ``strict_check_digits`` GS1 keys with wrong check digits pass, and their lines have no key.

    Raises:
        DocumentInvalid: with ``field`` (JSON pointer) and ``line`` of the first fault, and all of
            them (200 at most) in ``values["faults"]`` as ``{line, column, field, reason}``, in the
            order of the file.
    """
    text = JsonText(data, max_bytes=max_bytes)
    check = Check(text, {}, strict_check_digits, list(text.faults))
    kind, value = _kind(check, text.value)
    latest = datetime.fromtimestamp(now, UTC) + FUTURE_TOLERANCE
    found = list(_found_events(check, kind, value))
    for event, pointer, prefixes in found:
        check.prefixes = prefixes
        check_event(check, event, pointer, latest)
    if check.faults:
        raise refusal(check.faults)
    return Document(
        hash=document_hash(data),
        kind=kind,
        creation_date=read_time(value.get("creationDate")),
        events=tuple(_event(text, each, strict=strict_check_digits) for each in found),
        prefixes=prefixes_of([value.get("@context")]),
    )


Found = tuple[Any, str, Mapping[str, str]]
"""An event's value, its JSON pointer, and the prefixes in force at it."""


def _event(text: JsonText, found: Found, *, strict: bool) -> EpcisEvent:
    value, pointer, prefixes = found
    line, _ = text.line_and_column(text.span(value)[0])
    return EventReader(prefixes, strict).event(value, text.slice(value), line, pointer)


def _kind(check: Check, value: object) -> tuple[str, dict[str, Any]]:
    """The type of the document, and its members; stops at once where it is none of ours."""
    if not isinstance(value, dict):
        raise refusal([check.text.fault("", f"a document is an object, not {named(value)}")])
    prefixes = prefixes_of([value.get("@context")])
    kind = value.get("type")
    if isinstance(kind, str) and kind in _DOCUMENTS:
        return kind, value
    if name := event_type(kind, prefixes):
        return name, value
    where = "/type" if "type" in value else ""
    raise refusal([*check.faults, check.text.fault(where, _why_not(value))])


def _why_not(value: Mapping[str, Any]) -> str:
    kind = value.get("type")
    if kind == "EPCISMasterDataDocument":
        return "is a master data document: it has no events to read"
    if kind is None and any(re.match(_QUERY_PARAMETER, name) for name in value):
        return "is a query (SimpleEventQuery), not a document: it asks for events and has none"
    if kind is None:
        return "has no 'type': an EPCISDocument, an EPCISQueryDocument or an event is needed"
    return (
        f"{named(kind)} is neither EPCISDocument, EPCISQueryDocument nor an event type of EPCIS 2.0"
    )


def _found_events(check: Check, kind: str, value: Mapping[str, Any]) -> Iterator[Found]:
    """Check what surrounds the events, and find them."""
    prefixes = prefixes_of([value.get("@context")])
    if kind not in _DOCUMENTS:
        if "@context" not in value:
            check.fault("", f"an {kind} that stands alone lacks '@context'")
        yield value, "", prefixes
        return
    _DOCUMENTS[kind](check, value, "")
    if kind == "EPCISDocument":
        parent, pointer = _part(check, _BODY, value, "", "epcisBody")
    else:
        parent, pointer = _part(check, _QUERY_BODY, value, "", "epcisBody")
        parent, pointer = _part(check, _RESULTS, parent, pointer, "queryResults")
        parent, pointer = _part(check, _RESULTS_BODY, parent, pointer, "resultsBody")
    if "eventList" in parent:
        yield from _events(check, parent["eventList"], f"{pointer}/eventList", prefixes)


def _part(
    check: Check, shape: Shape, parent: Mapping[str, Any], pointer: str, name: str
) -> tuple[Mapping[str, Any], str]:
    """A checked part of its parent, and its pointer; empty where it is absent or no object."""
    pointer = f"{pointer}/{name}"
    if name not in parent:
        return {}, pointer
    shape(check, parent[name], pointer)
    return (parent[name] if isinstance(parent[name], dict) else {}), pointer


def _events(
    check: Check, events: object, pointer: str, prefixes: Mapping[str, str]
) -> Iterator[Found]:
    if not isinstance(events, list):
        check.fault(pointer, f"must be a list of events, not {named(events)}")
        return
    for index, event in enumerate(events):
        own = event.get("@context") if isinstance(event, dict) else None
        in_force = {**prefixes, **prefixes_of([own])} if own is not None else prefixes
        yield event, f"{pointer}/{index}", in_force
