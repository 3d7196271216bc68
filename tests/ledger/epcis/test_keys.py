"""Which URIs of a document are GS1 keys, and which are wrong ones."""

from __future__ import annotations

import pytest

from ledger import vocabulary
from ledger.epcis.keys import KeyReading, read_key


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("https://id.gs1.org/01/09521141123454/10/L", vocabulary.lot("09521141123454", "L")),
        ("https://brand.example/x/01/09521141123454/10/L", vocabulary.lot("09521141123454", "L")),
        ("urn:epc:class:lgtin:9521141.012345.L", vocabulary.lot("09521141123454", "L")),
        ("urn:epc:id:sgln:9521141.12345.0", vocabulary.place("9521141123454")),
    ],
)
def test_keys_of_our_kinds(uri, key):
    assert read_key(uri) == KeyReading(key)


@pytest.mark.parametrize(
    "uri",
    [
        "urn:epc:id:giai:9521141.K99",
        "https://id.gs1.org/8004/9521141K99",
        "https://id.example.com/8003/030013450007718765",  # an asset with a wrong check digit
        "https://id.gs1.org/01/09521141123454/235/UPx9",
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "http://transaction.acme.com/po/12345678",
        "https://example.com/01/january/21/st",
        "urn:epcglobal:cbv:bt:0614141073467:1152",
        "acme:thing",
        "https://[broken",
    ],
)
def test_everything_else_is_a_uri_without_key(uri):
    assert read_key(uri) == KeyReading()


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("https://id.gs1.org/01/09521141123455/10/L", "check digit 5, right would be 4"),
        ("https://brand.example/01/09521141123455/10/L", "check digit 5, right would be 4"),
        ("https://id.gs1.org/414/9521141123452", "check digit"),
        ("https://id.gs1.org/01/952114/10/L", "14 digits"),
        ("https://id.gs1.org/01/09521141123454/21/S/10/L", "wrong order"),
        ("urn:epc:id:sgtin:9521141.12345.S", "13 digits"),
        ("urn:epc:id:sgtin:9521141.012345." + "S" * 21, "20 characters"),
    ],
)
def test_wrong_keys_have_a_reason(uri, reason):
    assert reason in read_key(uri).reason


def test_wrong_check_digits_can_be_let_through():
    assert read_key("https://id.gs1.org/01/09521141123455/10/L", strict=False) == KeyReading()
    assert read_key("https://id.gs1.org/01/09521141123454/10/L", strict=False).key is not None
    assert read_key("https://id.gs1.org/01/952114/10/L", strict=False).reason
