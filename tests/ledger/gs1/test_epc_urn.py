"""EPC URNs: to Digital Link paths and keys, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import vocabulary
from ledger.errors import EpcUrnInvalid, InvalidInput, KeyInvalid
from ledger.gs1 import CompanyPrefixes, parse_any, parse_epc_urn, to_epc_urn, urn_path
from tests.ledger.gs1.keys import gs1_keys

VECTORS = [
    ("id:sgtin:9521141.012345.6789", "/01/09521141123454/21/6789"),
    ("id:sgtin:9521141.112345.AB-1", "/01/19521141123451/21/AB-1"),
    ("id:sgtin:9521141.012345.a%2Fb!(c)", "/01/09521141123454/21/a%2Fb%21%28c%29"),
    ("id:sgtin:415056789012.0.987654", "/01/04150567890128/21/987654"),
    ("class:lgtin:9521141.012345.LOT-7", "/01/09521141123454/10/LOT-7"),
    ("class:lgtin:9521141.012345.1.2.3", "/01/09521141123454/10/1.2.3"),
    ("idpat:sgtin:9521141.012345.*", "/01/09521141123454"),
    ("idpat:grai:9521141.12345.*", "/8003/09521141123454"),
    ("idpat:gdti:9521141.12345.*", "/253/9521141123454"),
    ("idpat:sgcn:9521141.12345.*", "/255/9521141123454"),
    ("idpat:cpi:9521141.PQ7VZ4.*", "/8010/9521141PQ7VZ4"),
    ("idpat:itip:9521141.012345.02.03.*", "/8006/095211411234540203"),
    ("idpat:upui:9521141.012345.*", "/01/09521141123454"),
    ("id:sscc:4012345.3111111111", "/00/340123451111111111"),
    ("id:sscc:9521141.0000000123", "/00/095211410000001233"),
    ("id:sgln:4012345.00005.0", "/414/4012345000054"),
    ("id:sgln:9521141.12345.D1", "/414/9521141123454/254/D1"),
    ("id:pgln:9521141.12345", "/417/9521141123454"),
    ("id:pgln:999999999999.", "/417/9999999999994"),
    ("id:grai:9521141.12345.A7", "/8003/09521141123454A7"),
    ("id:giai:9521141.K99", "/8004/9521141K99"),
    ("id:gsrn:9521141.0000012345", "/8018/952114100000123458"),
    ("id:gsrnp:9521141.0000012345", "/8017/952114100000123458"),
    ("id:gdti:9521141.12345.PO-77", "/253/9521141123454PO-77"),
    ("id:gdti:987659999999..9", "/253/98765999999929"),
    ("id:sgcn:9521141.12345.04711", "/255/952114112345404711"),
    ("id:cpi:9521141.PQ7VZ4.31", "/8010/9521141PQ7VZ4/8011/31"),
    ("id:ginc:9521141.C88", "/401/9521141C88"),
    ("id:gsin:9521141.000012345", "/402/95211410000123454"),
    ("id:itip:9521141.012345.02.03.S1", "/8006/095211411234540203/21/S1"),
    ("id:upui:9521141.012345.UPx9", "/01/09521141123454/235/UPx9"),
]


@pytest.mark.parametrize(("urn", "path"), VECTORS)
def test_every_form_has_its_link(urn, path):
    assert urn_path("urn:epc:" + urn) == path


@pytest.mark.parametrize(
    ("urn", "key"),
    [
        ("id:sgtin:9521141.012345.6789", vocabulary.unit("09521141123454", "6789")),
        ("class:lgtin:9521141.012345.LOT-7", vocabulary.lot("09521141123454", "LOT-7")),
        ("idpat:sgtin:9521141.012345.*", vocabulary.product("09521141123454")),
        ("id:sscc:9521141.0000000123", vocabulary.logistic_unit("095211410000001233")),
        ("id:sgln:9521141.12345.0", vocabulary.place("9521141123454")),
        ("id:pgln:9521141.12345", vocabulary.party("9521141123454")),
        ("id:gsin:9521141.000012345", vocabulary.shipment("", "95211410000123454")),
    ],
)
def test_keys_of_our_kinds(urn, key):
    assert parse_any("urn:epc:" + urn) == key


@pytest.mark.parametrize(
    "urn", ["id:giai:9521141.K99", "id:upui:9521141.012345.UPx9", "id:grai:9521141.12345.A7"]
)
def test_other_keys_are_known_but_not_ours(urn):
    assert urn_path("urn:epc:" + urn)
    with pytest.raises(EpcUrnInvalid, match="no product"):
        parse_epc_urn("urn:epc:" + urn)


@pytest.mark.parametrize(
    "urn",
    [
        "urn:epc:id:sgtin:9521141.012345",  # no serial
        "urn:epc:id:sgtin:9521141.012345.",
        "urn:epc:id:sgtin:9521141.12345.1",  # 12 digits instead of 13
        "urn:epc:id:sgtin:95211.01234567.1",  # a prefix of 5
        "urn:epc:id:sgtin:9521141.01234a.1",
        "urn:epc:id:sgtin:9521141.012345.*",  # a pattern as instance
        "urn:epc:idpat:sgtin:9521141.*.*",
        "urn:epc:idpat:sgtin:9521141.012345.7",
        "urn:epc:idpat:sscc:9521141.*",
        "urn:epc:id:lgtin:9521141.012345.L",
        "urn:epc:class:sgtin:9521141.012345.L",
        "urn:epc:id:sgtin:9521141.012345.%FF",
        "urn:epc:id:unknown:9521141.012345.1",
        "urn:epc:tag:sgtin-96:3.9521141.012345.1",
        "urn:epc:id:pgln:9521141.1234",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "",
    ],
)
def test_malformed(urn):
    with pytest.raises(EpcUrnInvalid):
        parse_epc_urn(urn)


def test_a_serial_obeys_gs1_even_in_a_urn():
    with pytest.raises(InvalidInput):
        parse_epc_urn("urn:epc:id:sgtin:9521141.012345." + "1" * 21)


@given(gs1_keys, st.integers(6, 12))
def test_key_to_urn_to_key(key, prefix_length):
    assert parse_any(to_epc_urn(key, prefix_length)) == key


# the class of an UPUI is that of its plain GTIN
@pytest.mark.parametrize(("urn", "path"), [each for each in VECTORS if "upui" not in each[0]])
def test_urn_to_key_to_urn(urn, path):
    urn = "urn:epc:" + urn
    try:
        key = parse_epc_urn(urn)
    except EpcUrnInvalid:
        return
    assert to_epc_urn(key, len(urn.split(":")[-1].split(".")[0])) == urn, path


@pytest.mark.parametrize("length", [0, 5, 13])
def test_no_prefix_has_that_length(length):
    with pytest.raises(EpcUrnInvalid, match="6 to 12"):
        to_epc_urn(vocabulary.party("9521141123454"), length)


def test_a_shipment_without_gsin_has_no_urn():
    with pytest.raises(EpcUrnInvalid, match="GSIN"):
        to_epc_urn(vocabulary.shipment("ORDER-7"), 7)


def test_the_prefix_comes_from_a_table_and_is_never_guessed():
    known = CompanyPrefixes(["9521141", "952114112"])
    lot = vocabulary.lot("09521141123454", "L")
    assert to_epc_urn(lot, known.length(lot)) == "urn:epc:class:lgtin:952114112.0345.L"
    with pytest.raises(EpcUrnInvalid, match="not known"):
        known.length(vocabulary.party("4012345000054"))


def test_nothing_but_a_wrong_key_is_refused_as_key():
    with pytest.raises(KeyInvalid):
        parse_any("https://id.gs1.org/417/9521141123452")
