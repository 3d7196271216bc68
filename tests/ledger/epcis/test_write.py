"""Documents written around events that keep their exact bytes."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ledger.epcis import document
from tests.ledger.epcis.building import (
    ALL_FIVE,
    NOW,
    document_of,
    object_event,
    read_document,
)


@given(st.lists(st.sampled_from(ALL_FIVE), max_size=5))
def test_what_is_written_reads_back_byte_for_byte(builds):
    before = read_document(document_of(*(build() for build in builds))).events
    written = document([event.raw for event in before], created=NOW)
    after = read_document(written)
    assert after.kind == "EPCISDocument"
    assert [event.raw for event in after.events] == [event.raw for event in before]
    assert [event.statement for event in after.events] == [event.statement for event in before]


def test_prefixes_travel_along():
    original = read_document(document_of(object_event(bizStep="acme:drying")))
    raw = [event.raw for event in original.events]
    (event,) = read_document(document(raw, created=NOW, prefixes=original.prefixes)).events
    assert event.biz_step == original.events[0].biz_step


def test_the_head_is_plain_json_ld():
    head = json.loads(document([], created=NOW))
    assert head == {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2027-01-15T08:00:00Z",
        "epcisBody": {"eventList": []},
    }
