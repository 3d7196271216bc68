"""Whatever form a scanner gives a code, it names the same thing."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInput
from ledger.gs1.scanned import read_scanned
from ledger.vocabulary import lot, product, unit

GTIN = "09506000134352"
HOSTS = frozenset({"id.gs1.org", "id.shop.example"})
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
    (link,) = read_scanned(form.format(gtin=GTIN, serial=UNIT.extension), HOSTS)
    assert link.key == UNIT
    assert link.lot is None or link.lot == lot(GTIN, "LOT-7")


@pytest.mark.parametrize("between", [" ", "/", " / ", "\t", ";"])
def test_a_gtin_with_something_beside_is_a_unit_or_a_lot(between):
    links = read_scanned(f"{GTIN}{between}LOT-7", HOSTS)
    assert [link.key for link in links] == [unit(GTIN, "LOT-7"), lot(GTIN, "LOT-7")]


@pytest.mark.parametrize("text", [GTIN, GTIN.lstrip("0"), f"]E0{GTIN.lstrip('0')}", f"01{GTIN}"])
def test_a_product_alone(text):
    (link,) = read_scanned(text, HOSTS)
    assert link.key == product(GTIN)


@pytest.mark.parametrize(
    "text", ["", " ", "hello", "]d2", "01123", "https://example.org/", "x" * 3000]
)
def test_what_names_nothing_is_told_as_such(text):
    with pytest.raises(InvalidInput):
        read_scanned(text, HOSTS)


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text):
    with suppress(InvalidInput):
        assert read_scanned(text, HOSTS)


# --- addresses of others ---

OWN = "id.shop.example"
PATH = f"/01/{GTIN}/21/{UNIT.extension}"
HOMOGLYPHS = {
    "i": "\u0456\u0131l1",
    "d": "\u0501",
    "s": "\u0455",
    "h": "\u04bb",
    "o": "\u043e0",
    "p": "\u0440",
    "e": "\u0435",
    "x": "\u0445",
    "a": "\u0430",
    "m": "rn",
    "l": "1I",
    ".": "\u3002\uff0e-",
}


def look_alikes(random):
    """An address that looks like ours to somebody, and leads elsewhere."""
    place = random.randrange(len(OWN))
    letter = OWN[place]
    swapped = OWN[:place] + random.choice(HOMOGLYPHS.get(letter, "q")) + OWN[place + 1 :]
    evil = f"{random.choice('abcxyz')}{random.randrange(10**6)}.example"
    host = random.choice(
        [
            swapped,
            swapped.encode("punycode").decode(),
            f"xn--{OWN}",
            f"{OWN}.{evil}",
            f"{OWN}@{evil}",
            f"user:{OWN}@{evil}",
            f"{OWN}:8443",
            f"{OWN}:443",
            f"{OWN}.",
            f".{OWN}",
            f"{evil}\\@{OWN}",
            f"{evil}#{OWN}",
            f"{evil}?{OWN}",
            f"{evil}/{OWN}",
            f"{evil}%2f{OWN}",
            f"{OWN}%00.{evil}",
            f"{OWN}-{evil}",
            f"{OWN}{evil}",
            f"{evil}//{OWN}",
            f"{OWN}\t.{evil}",
            f"{OWN}\\{evil}",
            f"[{OWN}]",
            OWN[:place] + OWN[place + 1 :],
            OWN[:place] + letter + OWN[place:],
        ]
    )
    scheme = random.choice(
        ["https://", "http://", "HTTPS://", "https:/", "https:\\\\", "//", "/\\", "///", ""]
    )
    return scheme, host


def test_of_ten_thousand_look_alikes_none_is_taken():
    random, tried = Random(11), 0
    while tried < 10_000:
        scheme, host = look_alikes(random)
        if host == OWN:
            continue
        tried += 1
        with pytest.raises(InvalidInput):
            read_scanned(scheme + host + PATH, HOSTS)


def test_our_own_address_is_taken_in_any_case_and_over_either_scheme():
    for address in (f"https://{OWN}{PATH}", f"HTTP://{OWN.upper()}{PATH}", f"{OWN}{PATH}"):
        (link,) = read_scanned(address, HOSTS)
        assert link.key == UNIT


def test_who_put_a_strange_address_on_a_pack_is_named():
    with pytest.raises(InvalidInput, match=r"shop-example\.test"):
        read_scanned(f"https://shop-example.test{PATH}", HOSTS)
