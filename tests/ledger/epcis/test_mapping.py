"""From events to statements: who speaks, of what, how much, with whom."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ledger import vocabulary as v
from ledger.epcis import EpcisEvent, read
from ledger.epcis.mapping import acting_org, glns_of, statement_of
from ledger.statements import acts_of
from tests.support.world import FARM, NOW, PACKER, World, lot

LINK = "https://id.gs1.org/01/09521234000013/10/A"
FARM_PLACE, PACKER_PLACE = "https://id.gs1.org/414/9521234000006", "urn:epc:id:sgln:9521234.00010.0"


@pytest.fixture
def world() -> World:
    return World()


def event(**fields: Any) -> EpcisEvent:
    """An ObjectEvent of the farm, with fields replaced or, where None, left out."""
    told = {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "ObjectEvent",
        "eventTime": "2026-05-01T10:00:00+02:00",
        "eventTimeZoneOffset": "+02:00",
        "action": "OBSERVE",
        "bizStep": "inspecting",
        "readPoint": {"id": FARM_PLACE},
        "quantityList": [{"epcClass": LINK, "quantity": 12.5, "uom": "KGM"}],
    } | fields
    text = json.dumps({k: value for k, value in told.items() if value is not None})
    return read(text.encode(), NOW).events[0]


def test_a_quantity_is_counted_as_the_product_counts(world: World) -> None:
    mapped = statement_of(event(), world.state, FARM)
    (line,) = mapped.statement.lines
    assert (line.part, line.subject, line.amount) == (v.Part.OBJECT, lot("A"), 12_500)


@pytest.mark.parametrize(
    ("quantity", "uom", "amount"),
    [(2, "TNE", 2_000_000), (1, "LBR", 0), (3, "CS", 0), (1.2345, "KGM", 0), (0, "KGM", 0)],
)
def test_other_units_are_converted_exactly_or_not_at_all(
    world: World, quantity: float, uom: str, amount: int
) -> None:
    told = event(quantityList=[{"epcClass": LINK, "quantity": quantity, "uom": uom}])
    mapped = statement_of(told, world.state, FARM)
    assert mapped.statement.lines[0].amount == amount
    assert bool(mapped.notes) is (amount == 0 and quantity != 0)


def test_the_other_side_of_a_movement_is_found(world: World) -> None:
    away = event(
        bizStep="shipping", destinationList=[{"type": "location", "destination": PACKER_PLACE}]
    )
    assert statement_of(away, world.state, FARM).statement.counterparty == PACKER
    here = event(
        bizStep="receiving",
        readPoint={"id": PACKER_PLACE},
        sourceList=[{"type": "owning_party", "source": "https://id.gs1.org/417/9521234000006"}],
    )
    assert statement_of(here, world.state, PACKER).statement.counterparty == FARM


def test_goods_that_change_rooms_have_oneself_on_the_other_side(world: World) -> None:
    moved = event(
        bizStep="transporting", destinationList=[{"type": "location", "destination": FARM_PLACE}]
    )
    assert statement_of(moved, world.state, FARM).statement.counterparty == FARM


def test_the_place_tells_who_acts(world: World) -> None:
    assert acting_org(event(), world.state) == FARM
    nowhere = event(readPoint={"id": "https://example.com/hall/7"})
    assert acting_org(nowhere, world.state) == 0
    given = event(
        readPoint=None,
        sourceList=[{"type": "owning_party", "source": "urn:epc:id:pgln:9521234.00010"}],
    )
    assert acting_org(given, world.state) == PACKER


def test_what_the_ledger_has_no_kind_for_stays_in_the_document(world: World) -> None:
    asset = event(quantityList=None, epcList=["urn:epc:id:grai:9521141.12345.A7"])
    mapped = statement_of(asset, world.state, FARM)
    (line,) = mapped.statement.lines
    assert (line.part, line.subject) == (v.Part.NONE, v.place("9521234000006").id)
    assert mapped.notes


def test_an_expiry_is_the_end_of_its_day_and_best_before_is_none(world: World) -> None:
    made = {"action": "ADD", "bizStep": "commissioning"}
    told = event(**made, ilmd={"gs1:expirationDate": "2026-05-31"})
    assert statement_of(told, world.state, FARM).expiries == {lot("A"): 1_780_271_999}
    told = event(**made, ilmd={"gs1:bestBeforeDate": "2026-05-31"})
    assert statement_of(told, world.state, FARM).expiries == {}


def test_an_error_declaration_claims_nothing(world: World) -> None:
    wrong = event(
        errorDeclaration={"declarationTime": "2026-05-02T00:00:00Z", "reason": "did_not_occur"}
    )
    assert {n.part for n in statement_of(wrong, world.state, FARM).statement.lines} == {v.Part.NONE}


@pytest.mark.parametrize("action", ["ADD", "OBSERVE", "DELETE"])
def test_an_order_neither_makes_nor_destroys_goods(world: World, action: str) -> None:
    order = event(
        type="TransactionEvent", action=action, bizStep="shipping",
        bizTransactionList=[{"type": "po", "bizTransaction": "urn:x:order"}],
    )  # fmt: skip
    statement = statement_of(order, world.state, FARM).statement
    assert [(n.part, n.subject) for n in statement.lines] == [(v.Part.NONE, lot("A"))]
    assert acts_of(statement, world.state) == ()


@pytest.mark.parametrize("action", ["ADD", "OBSERVE", "DELETE"])
def test_a_sensor_on_a_crate_is_not_packed_in_it(world: World, action: str) -> None:
    fixed = event(
        type="AssociationEvent", action=action, parentID="urn:epc:id:grai:9521141.12345.A7",
        childQuantityList=[{"epcClass": LINK, "quantity": 1, "uom": "KGM"}], quantityList=None,
    )  # fmt: skip
    statement = statement_of(fixed, world.state, FARM).statement
    assert {n.part for n in statement.lines} == {v.Part.NONE}
    assert acts_of(statement, world.state) == ()


def test_what_is_together_more_than_any_amount_is_told_without_one(world: World) -> None:
    much = {"epcClass": LINK, "quantity": 9_000_000_000_000_000, "uom": "KGM"}
    mapped = statement_of(event(quantityList=[much, much]), world.state, FARM)
    assert [n.amount for n in mapped.statement.lines] == [0]
    assert mapped.notes


@pytest.mark.parametrize(
    ("text", "expiry"),
    [
        ("2026-05-31T12:00:00", 1_780_228_800),
        ("2026-05-31T12:00:00+08:00", 1_780_200_000),
        ("0001-01-01T00:00:00+14:00", None),
        ("1960-01-01", None),
        ("soon", None),
    ],
)
def test_an_expiry_without_offset_is_in_utc_and_none_lies_before_1970(
    world: World, text: str, expiry: int | None
) -> None:
    told = event(action="ADD", bizStep="commissioning", ilmd={"gs1:expirationDate": text})
    expected = {} if expiry is None else {lot("A"): expiry}
    assert statement_of(told, world.state, FARM).expiries == expected


def test_a_set_disposition_of_recalled_is_a_recall(world: World) -> None:
    told = event(persistentDisposition={"set": ["recalled"]})
    assert statement_of(told, world.state, FARM).statement.words == {"inspecting", "recalled"}


def test_every_gln_an_event_names_is_told() -> None:
    told = event(destinationList=[{"type": "location", "destination": PACKER_PLACE}])
    assert set(glns_of(told)) == {"9521234000006", "9521234000105"}
