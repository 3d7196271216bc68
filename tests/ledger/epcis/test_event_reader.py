"""What an event becomes: words, keys, lines, and its exact bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import vocabulary
from ledger.epcis import ErrorDeclaration, EventLine
from ledger.hashing import canonical, sha256
from ledger.vocabulary import Part
from tests.ledger.epcis.building import (
    ABSENT,
    ALL_FIVE,
    CONTEXT,
    FARM,
    LOT,
    PALLET,
    UNIT,
    aggregation_event,
    document_of,
    object_event,
    read_document,
    read_one,
    transaction_event,
    transformation_event,
)

LOT_KEY = vocabulary.lot("09521141123454", "LOT-7")
UNIT_KEY = vocabulary.unit("09521141123454", "S9")


def test_who_what_when_where_why():
    event = read_one(
        object_event(
            eventID="urn:uuid:1",
            action="ADD",
            bizStep="cbv:BizStep-commissioning",
            disposition="urn:epcglobal:cbv:disp:active",
            persistentDisposition={"set": ["acme:seen"], "unset": ["cbv:Disp-expired"]},
            readPoint={"id": FARM},
            bizLocation={"id": "acme:field-3"},
            sourceList=[{"type": "urn:epcglobal:cbv:sdt:owning_party", "source": FARM}],
            destinationList=[{"type": "cbv:SDT-location", "destination": FARM}],
            bizTransactionList=[
                {"type": "urn:epcglobal:cbv:btt:po", "bizTransaction": "urn:x:1"},
                {"bizTransaction": "acme:2"},
            ],
            ilmd={"acme:grade": "A"},
            certificationInfo="https://council.example.org/c/1",
        )
    )
    assert event.event_time == datetime(2026, 4, 17, 13, 26, 42, 125000, UTC)
    assert event.event_time.tzinfo == timezone(timedelta(hours=-4))
    assert (event.offset, event.event_id, event.action) == ("-04:00", "urn:uuid:1", "ADD")
    assert (event.biz_step, event.disposition) == ("commissioning", "active")
    assert event.persistent_set == ("https://ns.acme.example/epcis/seen",)
    assert event.persistent_unset == ("expired",)
    assert event.read_point == FARM
    assert event.biz_location == "https://ns.acme.example/epcis/field-3"
    assert event.sources == (("owning_party", FARM),)
    assert event.destinations == (("location", FARM),)
    assert event.transactions == (("po", "urn:x:1"), (None, "https://ns.acme.example/epcis/2"))
    assert event.ilmd == {"acme:grade": "A"}
    assert event.certifications == ("https://council.example.org/c/1",)
    assert event.error_declaration is None


def test_what_an_event_does_not_say_is_none():
    event = read_one(transformation_event())
    assert event.action is event.biz_step is event.disposition is event.event_id is None
    assert event.read_point is event.biz_location is event.transformation_id is None
    assert event.sources == event.destinations == event.transactions == event.persistent_set == ()
    assert event.ilmd == {}


def test_lines_of_an_object_event():
    gsrn = "urn:epc:id:gsrn:9521141.0000012345"
    event = read_one(
        object_event(
            epcList=[UNIT, PALLET, gsrn, "https://id.gs1.org/01/09521141123454/10/LOT-7"],
            quantityList=[
                {"epcClass": LOT, "quantity": 12.50, "uom": "KGM"},
                {"epcClass": "urn:epc:class:lgtin:9521141.012345.LOT-7"},
                {"epcClass": "urn:epc:idpat:sgtin:9521141.012345.*", "quantity": 7},
            ],
        )
    )
    pallet = vocabulary.logistic_unit("095211410000001233")
    assert event.lines == (
        EventLine(Part.OBJECT, UNIT, UNIT_KEY, Decimal(1)),
        EventLine(Part.OBJECT, PALLET, pallet, Decimal(1)),
        EventLine(Part.OBJECT, gsrn, None, Decimal(1)),
        EventLine(Part.OBJECT, LOT, LOT_KEY, None),  # a class among instances is not counted
        EventLine(Part.OBJECT, LOT, LOT_KEY, Decimal("12.5"), "KGM"),
        EventLine(Part.OBJECT, "urn:epc:class:lgtin:9521141.012345.LOT-7", LOT_KEY),
        EventLine(
            Part.OBJECT,
            "urn:epc:idpat:sgtin:9521141.012345.*",
            vocabulary.product("09521141123454"),
            Decimal(7),
        ),
    )


def test_parts_of_the_other_events():
    def parts(event):
        return [(line.part, line.key) for line in read_one(event).lines]

    pallet = vocabulary.logistic_unit("095211410000001233")
    children = {"childQuantityList": [{"epcClass": LOT, "quantity": 2}]}
    assert parts(aggregation_event(**children)) == [
        (Part.PARENT, pallet),
        (Part.CHILD, UNIT_KEY),
        (Part.CHILD, LOT_KEY),
    ]
    assert parts(transaction_event(parentID=PALLET)) == [
        (Part.PARENT, pallet),
        (Part.OBJECT, UNIT_KEY),
    ]
    assert parts(transformation_event()) == [(Part.OUTPUT, UNIT_KEY), (Part.INPUT, LOT_KEY)]


def test_an_epc_may_be_a_compact_uri():
    context = [*CONTEXT, {"id": "https://id.gs1.org/"}]
    head = {"@context": context}
    event = read_one(object_event(epcList=["id:01/09521141123454/21/S9"]), **head)
    assert event.lines[0].key == UNIT_KEY


def test_prefixes_of_an_event_win_over_those_of_the_document():
    one = object_event(bizStep="acme:drying")
    two = object_event(**{"@context": {"acme": "https://other.example/"}, "bizStep": "acme:drying"})
    first, second = read_document(document_of(one, two)).events
    assert first.biz_step == "https://ns.acme.example/epcis/drying"
    assert second.biz_step == "https://other.example/drying"


def test_an_error_declaration():
    event = read_one(
        object_event(
            errorDeclaration={
                "declarationTime": "2026-04-18T00:00:00Z",
                "reason": "urn:epcglobal:cbv:er:did_not_occur",
                "correctiveEventIDs": ["urn:uuid:2"],
            }
        )
    )
    assert event.error_declaration == ErrorDeclaration(
        datetime(2026, 4, 18, tzinfo=UTC), "did_not_occur", ("urn:uuid:2",)
    )


extras = st.dictionaries(
    st.text("abc", min_size=1, max_size=3).map("acme:".__add__),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=8) | st.integers(-999, 999),
    max_size=4,
)


@given(
    st.lists(st.tuples(st.sampled_from(ALL_FIVE), extras), max_size=4),
    st.sampled_from([None, 0, 2, "\t"]),
    st.booleans(),
)
def test_raw_is_the_exact_slice_of_the_file(built, indent, escaped):
    events = [build(**extra) for build, extra in built]
    value = json.loads(document_of(*events))
    data = json.dumps(value, indent=indent, ensure_ascii=escaped).encode()
    read_events = read_document(data).events
    assert len(read_events) == len(events)
    position = 0
    for event, original in zip(read_events, events, strict=True):
        assert json.loads(event.raw) == original
        position = data.index(event.raw, position)
        assert event.line == data[:position].count(b"\n") + 1
        assert event.statement == hashlib.sha256(event.raw).digest()
        position += len(event.raw)


def test_the_canonical_hash_is_blind_to_spelling_and_the_statement_is_not():
    event = object_event(note=ABSENT)
    quantities = event["quantityList"][0]
    spelt = json.dumps(event).replace('"quantity": 25', '"quantity": 2.50e1').encode()
    data = document_of().replace(b'"eventList": []', b'"eventList": [' + spelt + b"]")
    (other,) = read_document(data).events
    one = read_one(event)
    assert quantities["quantity"] == 25
    assert one.canonical_hash == other.canonical_hash == sha256(canonical(other.value))
    assert one.statement != other.statement


@pytest.mark.parametrize("name", ["epcList", "quantityList"])
def test_order_is_part_of_what_was_said(name):
    items = [UNIT, PALLET] if name == "epcList" else [{"epcClass": LOT}, {"epcClass": UNIT}]
    one, other = object_event(**{name: items}), object_event(**{name: items[::-1]})
    assert read_one(one).canonical_hash != read_one(other).canonical_hash
