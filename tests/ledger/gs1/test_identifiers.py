"""Check digits, check pairs and formats of application identifiers."""

from __future__ import annotations

import pytest

from ledger.errors import DigitalLinkInvalid, KeyInvalid
from ledger.gs1.identifiers import (
    FORMATS,
    QUALIFIERS,
    check_pair,
    is_attribute,
    is_misplaced,
)
from ledger.vocabulary import check_digit

NUMBERS = [
    "02345673",
    "416000336108",
    "1234567890128",
    "12345678901231",
    "123456789012345675",
    "4012345000054",
    "9521141123454",
    "04012345111118",
    "09521141123454",
    "340123451111111111",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_check_digits(number):
    assert check_digit(number[:-1]) == number[-1]
    assert check_digit(number[:-1]) != str((int(number[-1]) + 1) % 10)


@pytest.mark.parametrize(
    "model",
    ["1987654Ad4X4bL5ttr2310c2K", "12345678901234567890123NT", "7907665Bm8v2AB", "00000!HV", "22"],
)
def test_check_pairs(model):
    assert check_pair(model[:-2]) == model[-2:]
    FORMATS["8013"].require("8013", model)


@pytest.mark.parametrize("model", ["1987654Ad4X4bL5ttr2310cXK", "1987654Ad4X4bL5ttr2310c2X", "33"])
def test_wrong_check_pairs(model):
    with pytest.raises(KeyInvalid, match="check pair"):
        FORMATS["8013"].require("8013", model)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("01", "952114112345"),  # too short
        ("01", "0952114112345X"),
        ("00", "٠٩٥٢١١٤١١٢٣٤٥٤٠٠٠٠"),  # digits, but not those of GS1
        ("10", ""),
        ("10", "A" * 21),
        ("10", "Ä"),
        ("255", "952114112345404711X"),
        ("8006", "09521141123454020"),
        ("8010", "lower"),
    ],
)
def test_malformed_values(name, value):
    with pytest.raises(DigitalLinkInvalid):
        FORMATS[name].require(name, value)


def test_every_qualifier_has_a_format():
    for primary, sequences in QUALIFIERS.items():
        assert primary in FORMATS
        for sequence in sequences:
            assert set(sequence) <= FORMATS.keys()


@pytest.mark.parametrize(
    "name", ["10", "17", "3103", "3922", "7003", "8200x", "99", "4330", "7039", "7230"]
)
def test_attributes(name):
    assert is_attribute(name) == ("x" not in name)


@pytest.mark.parametrize(
    "name", ["03", "21", "22", "235", "254", "7040", "8011", "8019", "8020", "8200"]
)
def test_path_only(name):
    assert is_misplaced(name)
    assert not is_attribute(name)
