"""Element strings as people and scanners have them."""

from __future__ import annotations

import pytest
from hypothesis import given

from ledger import vocabulary
from ledger.errors import DigitalLinkInvalid, InvalidInput, KeyInvalid
from ledger.gs1 import parse_element_string, write_element_string
from tests.ledger.gs1.keys import gs1_keys

LOT = vocabulary.lot("09521141123454", "LOT-7")


def test_in_brackets():
    link = parse_element_string("(01)09521141123454(10)LOT-7(17)261130")
    assert link.key == link.lot == LOT
    assert link.attributes == {"17": "261130"}


def test_as_scanned():
    link = parse_element_string("0109521141123454" + "10LOT-7\x1d" + "21S9")
    assert link.lot == LOT
    assert link.key == link.unit == vocabulary.unit("09521141123454", "S9")


def test_a_pallet_with_its_contents():
    link = parse_element_string("(00)340123451111111111(02)09521141123454(37)12")
    assert link.key == vocabulary.logistic_unit("340123451111111111")
    assert link.attributes["37"] == "12"


def test_places_and_parties():
    assert parse_element_string("(414)9521141123454(254)D1").key == vocabulary.place(
        "9521141123454", "D1"
    )
    assert parse_element_string("(417)9521141123454").key == vocabulary.party("9521141123454")


@pytest.mark.parametrize(
    "text", ["(01)09521141123455", "(01)0952114112345", "0109521141123455", "", "hello", "(9999)1"]
)
def test_what_is_none(text):
    with pytest.raises(InvalidInput):
        parse_element_string(text)


def test_a_date_alone_names_nothing():
    with pytest.raises(DigitalLinkInvalid):
        parse_element_string("(17)261130")


def test_a_shipment_without_gsin_has_none():
    with pytest.raises(KeyInvalid, match="GSIN"):
        write_element_string(vocabulary.shipment("ORDER-7"))


@given(gs1_keys.filter(lambda key: "(" not in key.extension))
def test_key_to_brackets_to_key(key):
    assert parse_element_string(write_element_string(key)).key == key
