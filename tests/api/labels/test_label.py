"""Outer and hidden code of a label belong together, and the hidden one is in no server's log."""

from urllib.parse import urlsplit

import pytest

from api.labels.label import Wording, claim_address, label_of
from ledger.codes import code_text, read_code
from ledger.errors import CodeInvalid
from ledger.gs1.digital_link import parse_link
from tests.api.labels.printing import BASE, GTIN, labels

CODE = code_text(bytes(range(16)))


def test_the_hidden_code_stands_behind_the_hash_where_no_server_sees_it():
    (label,) = labels(1)
    parts = urlsplit(label.claim_link)
    assert f"{parts.scheme}://{parts.netloc}" == BASE
    assert (parts.path, parts.query) == ("/claim", f"u={GTIN}/{label.serial}")
    assert read_code(parts.fragment) == read_code(label.code)
    assert parts.fragment not in parts.query + parts.path
    assert label.code not in repr(label)


def test_a_claim_link_stays_under_the_path_of_a_brand_and_escapes_a_serial():
    link = f"https://brand.example/trace/01/{GTIN}/10/A/21/a%2Fb"
    assert claim_address(link, GTIN, "a/b", CODE) == (
        f"https://brand.example/trace/claim?u={GTIN}/a%2Fb#{CODE.replace('-', '')}"
    )


def test_a_mistaken_hidden_code_is_not_printed():
    with pytest.raises(CodeInvalid):
        claim_address(BASE, GTIN, "A", CODE[:-1] + "Z")


def test_pairing_marks_tell_units_apart_and_nothing_else():
    some = labels(50)
    assert len({each.pairing for each in some}) == 50
    assert {each.pairing for each in labels(50, codes=False)} == {each.pairing for each in some}


@pytest.mark.parametrize(
    ("link", "elements", "pairing"),
    [
        (f"/01/{GTIN}", f"(01){GTIN}", ""),
        (f"/01/{GTIN}/10/a%2Fb", f"(01){GTIN}(10)a/b", ""),
        (f"/01/{GTIN}/10/A/21/7K3M", f"(01){GTIN}(10)A(21)7K3M", "4 letters"),
    ],
)
def test_a_label_is_of_a_product_a_lot_or_a_unit(link, elements, pairing):
    made = label_of(parse_link("https://id.gs1.org" + link), BASE, Wording())
    assert (made.link, made.element_string) == (BASE + link, elements)
    assert bool(made.pairing) == bool(pairing)
    assert made.claim_link == ""
