"""Whatever form a scanner gives a code, it names the same thing."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInput
from ledger.gs1.scanned import read_scanned
from ledger.vocabulary import lot, product, unit

GTIN = "09506000134352"
UNIT = unit(GTIN, "7K3M9QX2HB4C5D6E7F8G")
FORMS = [
    "https://id.gs1.org/01/{gtin}/21/{serial}",
    "HTTPS://ID.SHOP.EXAMPLE/01/{gtin}/21/{serial}",
    "id.shop.example/01/{gtin}/21/{serial}",
    "/01/{gtin}/21/{serial}",
    "(01){gtin}(21){serial}",
    "01{gtin}21{serial}",
    "]d201{gtin}21{serial}",
    "]C101{gtin}21{serial}",
    "]Q301{gtin}21{serial}\r\n",
    "\x1d01{gtin}21{serial}",
    "]d2\x1d01{gtin}21{serial}",
    "01{gtin}10LOT-7\x1d21{serial}",
    "]d201{gtin}10LOT-7<GS>21{serial}",
    "01{gtin}10LOT-7\u241d21{serial}",
    "01{gtin}10LOT-7^]21{serial}",
    "01{gtin}1730063021{serial}",
    "https://id.gs1.org/01/{gtin}/10/LOT-7/21/{serial}?17=300630",
]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_the_unit(form):
    (link,) = read_scanned(form.format(gtin=GTIN, serial=UNIT.extension))
    assert link.key == UNIT
    assert link.lot is None or link.lot == lot(GTIN, "LOT-7")


@pytest.mark.parametrize("between", [" ", "/", " / ", "\t", ";"])
def test_a_gtin_with_something_beside_is_a_unit_or_a_lot(between):
    links = read_scanned(f"{GTIN}{between}LOT-7")
    assert [link.key for link in links] == [unit(GTIN, "LOT-7"), lot(GTIN, "LOT-7")]


@pytest.mark.parametrize("text", [GTIN, GTIN.lstrip("0"), f"]E0{GTIN.lstrip('0')}", f"01{GTIN}"])
def test_a_product_alone(text):
    (link,) = read_scanned(text)
    assert link.key == product(GTIN)


@pytest.mark.parametrize(
    "text", ["", " ", "hello", "]d2", "01123", "https://example.org/", "x" * 3000]
)
def test_what_names_nothing_is_told_as_such(text):
    with pytest.raises(InvalidInput):
        read_scanned(text)


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text):
    with suppress(InvalidInput):
        assert read_scanned(text)
