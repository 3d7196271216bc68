"""GS1 Digital Link URIs, read and written."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import vocabulary
from ledger.errors import DigitalLinkInvalid, InvalidInput, KeyInvalid
from ledger.gs1 import parse_any, parse_digital_link, parse_link, path_of, uri_of
from ledger.vocabulary import Gs1Key, Kind, key_of
from tests.ledger.gs1.keys import gs1_keys, texts

GTIN = "09521141123454"
LOT = vocabulary.lot(GTIN, "LOT7")
SSCC = vocabulary.logistic_unit("340123451111111111")
GSIN = vocabulary.shipment("", "95211410000123454")
DOCK = vocabulary.place("9521141123454", "D1")
UNIT = vocabulary.unit(GTIN, "S9")


class TestReading:
    @pytest.mark.parametrize(
        ("uri", "key"),
        [
            (f"https://id.gs1.org/01/{GTIN}", vocabulary.product(GTIN)),
            (f"https://example.com/01/{GTIN}/22/V2/10/LOT7/21/S9", UNIT),
            (f"https://id.gs1.org/gtin/{GTIN}/lot/LOT7", LOT),
            (f"https://id.gs1.org/01/{GTIN}/21/S9?10=LOT7#f", UNIT),
            (f"https://brand.example/p/de/01/{GTIN}/10/LOT7", LOT),
            (f"https://brand.example:8443/01/{GTIN}/10/LOT7/", LOT),
            (f"http://[2001:db8::1]/01/{GTIN}/10/LOT7", LOT),
            (f"https://xn--mnchen-3ya.example/01/{GTIN}/10/LOT7", LOT),
            (f"HTTPS://BRAND.EXAMPLE/01/{GTIN}/10/LOT7", LOT),
            ("https://id.gs1.org/01/9521141123454/10/LOT7", LOT),  # GTIN-13
            ("https://id.gs1.org/01/416000336108", vocabulary.product("416000336108")),
            ("https://id.gs1.org/01/02345673", vocabulary.product("02345673")),
            ("https://id.gs1.org/00/340123451111111111", SSCC),
            ("https://id.gs1.org/402/95211410000123454", GSIN),
            ("https://id.gs1.org/414/9521141123454", vocabulary.place("9521141123454")),
            ("https://id.gs1.org/414/9521141123454/254/D1", DOCK),
            ("https://id.gs1.org/414/9521141123454/254/0", vocabulary.place("9521141123454")),
            ("https://id.gs1.org/414/9521141123454/7040/1ABC", vocabulary.place("9521141123454")),
            ("https://id.gs1.org/417/9521141123454", vocabulary.party("9521141123454")),
        ],
    )  # fmt: skip
    def test_the_finest_key(self, uri, key):
        assert parse_digital_link(uri) == key

    def test_all_a_link_says(self):
        link = parse_link(f"https://a.example/01/{GTIN}/22/V2/10/LOT7/21/S9?17=261130&linkType=all")
        assert (link.product, link.lot, link.unit) == (vocabulary.product(GTIN), LOT, UNIT)
        assert link.qualifiers == {"22": "V2", "10": "LOT7", "21": "S9"}
        assert link.attributes == {"17": "261130"}

    def test_a_lot_in_the_query_is_told_but_is_not_the_key(self):
        link = parse_link(f"https://a.example/01/{GTIN}/21/S9?10=LOT7")
        assert (link.key, link.lot) == (UNIT, LOT)
        assert parse_link(f"https://a.example/01/{GTIN}?10=LOT7").key == vocabulary.product(GTIN)

    def test_a_lot_may_look_like_an_identifier(self):
        assert parse_digital_link(f"https://a.example/01/{GTIN}/10/21") == vocabulary.lot(
            GTIN, "21"
        )
        assert parse_digital_link(f"https://a.example/01/{GTIN}/10/01/21/10") == vocabulary.unit(
            GTIN, "10"
        )

    def test_a_stem_may_look_like_an_identifier(self):
        assert parse_digital_link(f"https://a.example/01/shop/01/{GTIN}/10/LOT7") == LOT

    def test_plus_is_a_plus_in_the_path_and_a_space_in_the_query(self):
        link = parse_link(f"https://a.example/01/{GTIN}/10/A+B?240=C+D")
        assert link.lot == vocabulary.lot(GTIN, "A+B")
        assert link.attributes == {"240": "C D"}

    @pytest.mark.parametrize(
        "path",
        [
            "/253/9521141123454PO-77", "/255/952114112345404711", "/401/9521141C88",
            "/8003/09521141123454A7", "/8004/9521141K99", "/8006/095211411234540203/21/S1",
            "/8010/9521141PQ7VZ4/8011/31", "/8017/952114100000123458", "/8018/952114100000123458",
            f"/01/{GTIN}/235/UPx9", "/415/9521141123454/8020/R1", "/8013/7907665Bm8v2AB",
        ],
    )  # fmt: skip
    def test_other_keys_are_known_but_not_ours(self, path):
        link = parse_link("https://id.gs1.org" + path)
        assert link.key is None
        assert link.primary[0] == path.split("/")[1]
        with pytest.raises(DigitalLinkInvalid, match="no kind"):
            parse_digital_link("https://id.gs1.org" + path)

    @pytest.mark.parametrize(
        "uri",
        [
            "http://id.gs1.org/99/9780345418913",
            "http://example.de/01/97803",
            "42",
            "",
            "https://",
            "https://[::1",
            f"ftp://id.gs1.org/01/{GTIN}",
            f"Https://id.gs1.org/01/{GTIN}",
            f"https://id.gs1.org/01/{GTIN}/21/S9/10/LOT7",
            f"https://id.gs1.org/01/{GTIN}/10/LOT7/22/V2",
            f"https://id.gs1.org/01/{GTIN}/22/V2/10/LOT7/235/T",
            f"https://id.gs1.org/01/{GTIN}/10/LOT7/10/LOT8",
            f"https://id.gs1.org/01/{GTIN}/10",
            f"https://id.gs1.org/01/{GTIN}/10//21/S9",
            f"https://id.gs1.org/01/{GTIN}/254/D1",
            f"https://id.gs1.org/01/{GTIN}/10/LOT 7",
            f"https://id.gs1.org/01/{GTIN}/10/LOT\n7",
            f"https://id.gs1.org/01/{GTIN}/10/%FF",
            f"https://id.gs1.org/01/{GTIN}/10/L%C3%84",
            f"https://id.gs1.org/01/{GTIN}/10/" + "A" * 21,
            f"https://id.gs1.org/01/{GTIN}?21=S9",
            "https://id.gs1.org/01/0952114112345A",
            "https://id.gs1.org/00/34012345111111111",
        ],
    )
    def test_what_is_no_link(self, uri):
        with pytest.raises(DigitalLinkInvalid):
            parse_digital_link(uri)

    @pytest.mark.parametrize(
        "path",
        [
            "/414/9521141123452",
            "/01/09521141123455",
            "/00/340123451111111112",
            "/417/9521141123452",
        ],
    )
    def test_wrong_check_digits(self, path):
        with pytest.raises(KeyInvalid, match="check digit"):
            parse_digital_link("https://id.gs1.org" + path)
        assert parse_link("https://id.gs1.org" + path, strict=False).key is None

    @given(st.text())
    def test_nothing_raw_leaks(self, text):
        for uri in (text, "https://id.gs1.org/" + text, f"https://a.example/01/{GTIN}/10/{text}"):
            with suppress(InvalidInput):
                parse_any(uri)


class TestWriting:
    def test_characters_that_encoders_disagree_about(self):
        lot = vocabulary.lot(GTIN, "!%&()*+,/:'-._")
        assert path_of(lot) == f"/01/{GTIN}/10/%21%25%26%28%29%2A%2B%2C%2F%3A'-._"

    def test_the_stem_is_ones_own(self):
        assert uri_of(LOT, "https://brand.example/") == f"https://brand.example/01/{GTIN}/10/LOT7"
        assert uri_of(LOT) == f"https://id.gs1.org/01/{GTIN}/10/LOT7"

    def test_a_shipment_without_gsin_has_no_link(self):
        with pytest.raises(DigitalLinkInvalid, match="GSIN"):
            path_of(vocabulary.shipment("ORDER-7"))

    @given(gs1_keys)
    def test_key_to_path_to_key(self, key):
        assert parse_digital_link(uri_of(key)) == key
        assert parse_digital_link(uri_of(key, "https://brand.example/deep/stem")) == key

    @given(gs1_keys)
    def test_key_to_id_to_key(self, key):
        assert key_of(key.id) == key
        assert len(key.id) == 32

    @given(texts)
    def test_own_references_keep_their_id(self, reference):
        key = Gs1Key(Kind.SHIPMENT, "", reference)
        assert key_of(key.id) == key
