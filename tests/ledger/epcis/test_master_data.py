"""What documents take for granted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ledger import vocabulary as v
from ledger.epcis import EpcisEvent, read
from ledger.epcis.master_data import master_data
from tests.support.world import NOW


def events(*told: dict[str, Any]) -> tuple[EpcisEvent, ...]:
    document = {
        "@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-01T00:00:00Z",
        "epcisBody": {"eventList": list(told)},
    }
    return read(json.dumps(document).encode(), NOW).events


def harvest(gtin: str, at: str, day: int, owner: str = "", uom: str = "LBR") -> dict[str, Any]:
    quantity = {"epcClass": f"https://id.gs1.org/01/{gtin}/10/A", "quantity": 5, "uom": uom}
    told = {
        "type": "ObjectEvent",
        "eventTime": f"2026-05-{day:02}T10:00:00Z",
        "eventTimeZoneOffset": "+00:00",
        "action": "ADD",
        "bizStep": "commissioning",
        "readPoint": {"id": f"https://id.gs1.org/414/{at}"},
        "quantityList": [quantity],
    }
    source = {"type": "owning_party", "source": f"https://id.gs1.org/417/{owner}"}
    return told | ({"sourceList": [source]} if owner else {})


def test_the_first_maker_owns_a_product_and_later_ones_may_make_it() -> None:
    second = harvest("09521234000013", "9521234000105", 2)
    first = harvest("09521234000013", "9521234000006", 1)
    (product,) = master_data(events(second, first)).products
    assert product.owner == v.party("9521234000006")
    assert product.makers == [v.party("9521234000105")]
    assert (product.unit, product.decimals) == ("LBR", 3)


def test_a_plot_belongs_to_the_party_that_events_there_name() -> None:
    needed = master_data(events(harvest("09521234000013", "9521234000303", 1, "9521234000006")))
    assert needed.parties == (v.party("9521234000006"),)
    assert needed.places == ((v.place("9521234000303"), v.party("9521234000006")),)
    assert needed.products[0].owner == v.party("9521234000006")


def test_what_is_counted_has_no_decimals() -> None:
    (product,) = master_data(
        events(harvest("09521234000013", "9521234000006", 1, uom="CS"))
    ).products
    assert (product.unit, product.decimals) == ("CS", 0)


@pytest.mark.shared_data
def test_public_documents_need_these(shared_data: Path) -> None:
    told = [
        event
        for path in sorted((shared_data / "epcis" / "eudr").glob("*.jsonld"))
        for event in read(path.read_bytes(), NOW).events
    ]
    needed = master_data(told)
    assert [party.digits for party in needed.parties] == ["9521234000006", "9521234000105"]
    assert [place.digits for place, _ in needed.places] == ["9521234000099"]
