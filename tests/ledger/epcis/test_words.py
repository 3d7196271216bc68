"""Vocabularies of CBV 2.0 in all their forms."""

from __future__ import annotations

import pytest

from ledger.epcis.words import (
    BIZ_STEP,
    COMPONENT,
    DISPOSITION,
    ERROR_REASON,
    MEASUREMENT,
    PARTY_TYPE,
    SENSOR_EXCEPTION,
    TRANSACTION_TYPE,
    expanded,
    is_uri,
    prefixes_of,
    term,
)

PREFIXES = {"acme": "https://ns.acme.example/", "step": "https://ref.gs1.org/cbv/BizStep-"}


@pytest.mark.parametrize(
    ("vocabulary", "size"),
    [
        (BIZ_STEP, 41), (DISPOSITION, 33), (TRANSACTION_TYPE, 13), (PARTY_TYPE, 3),
        (ERROR_REASON, 2),
        (SENSOR_EXCEPTION, 2), (COMPONENT, 14), (MEASUREMENT, 73),
    ],
)  # fmt: skip
def test_the_lists_are_whole(vocabulary, size):
    assert len(set(vocabulary.words)) == size


@pytest.mark.parametrize(
    ("vocabulary", "forms", "word"),
    [
        (
            BIZ_STEP,
            [
                "shipping",
                "cbv:BizStep-shipping",
                "https://ref.gs1.org/cbv/BizStep-shipping",
                "urn:epcglobal:cbv:bizstep:shipping",
                "step:shipping",
            ],
            "shipping",
        ),
        (
            DISPOSITION,
            [
                "in_transit",
                "cbv:Disp-in_transit",
                "https://ref.gs1.org/cbv/Disp-in_transit",
                "urn:epcglobal:cbv:disp:in_transit",
            ],
            "in_transit",
        ),
        (
            TRANSACTION_TYPE,
            ["po", "cbv:BTT-po", "https://ref.gs1.org/cbv/BTT-po", "urn:epcglobal:cbv:btt:po"],
            "po",
        ),
        (
            PARTY_TYPE,
            [
                "location",
                "cbv:SDT-location",
                "https://ref.gs1.org/cbv/SDT-location",
                "urn:epcglobal:cbv:sdt:location",
            ],
            "location",
        ),
        (
            ERROR_REASON,
            [
                "did_not_occur",
                "cbv:ER-did_not_occur",
                "https://ref.gs1.org/cbv/ER-did_not_occur",
                "urn:epcglobal:cbv:er:did_not_occur",
            ],
            "did_not_occur",
        ),
        (COMPONENT, ["x", "cbv:Comp-x", "https://ref.gs1.org/cbv/Comp-x"], "x"),
        (
            MEASUREMENT,
            [
                "Temperature",
                "gs1:Temperature",
                "gs1:MT-Temperature",
                "https://ref.gs1.org/voc/Temperature",
                "https://gs1.org/voc/Temperature",
            ],
            "Temperature",
        ),
        (
            SENSOR_EXCEPTION,
            ["ALARM_CONDITION", "gs1:ALARM_CONDITION", "https://ref.gs1.org/voc/ALARM_CONDITION"],
            "ALARM_CONDITION",
        ),
    ],
)
def test_every_form_is_one_word(vocabulary, forms, word):
    assert {term(vocabulary, form, PREFIXES) for form in forms} == {word}


@pytest.mark.parametrize(
    ("vocabulary", "text"),
    [
        (BIZ_STEP, "shiping"),
        (BIZ_STEP, "Shipping"),
        (BIZ_STEP, ""),
        (BIZ_STEP, "cbv:BizStep-shiping"),
        (BIZ_STEP, "cbv:shipping"),
        (BIZ_STEP, "step:shiping"),
        (BIZ_STEP, "https://ref.gs1.org/cbv/BizStep-shiping"),
        (BIZ_STEP, "https://ref.gs1.org/cbv/Disp-in_transit"),
        (BIZ_STEP, "urn:epcglobal:cbv:bizstep:shiping"),
        (BIZ_STEP, "urn:epcglobal:cbv:disp:in_transit"),
        (BIZ_STEP, "acme: shipping"),
        (BIZ_STEP, "acme:"),
        (DISPOSITION, "shipping"),
        (TRANSACTION_TYPE, "cbv:BTT-order"),
        (TRANSACTION_TYPE, "order"),
        (PARTY_TYPE, "https://ref.gs1.org/cbv/my_own_party"),
        (MEASUREMENT, "temperature"),
        (MEASUREMENT, "gs1:Temprature"),
        (MEASUREMENT, "https://ref.gs1.org/voc/Temprature"),
        (SENSOR_EXCEPTION, "ALARM"),
        (COMPONENT, "up"),
    ],
)
def test_misspelt_and_misplaced_words_are_none(vocabulary, text):
    assert term(vocabulary, text, PREFIXES) is None


@pytest.mark.parametrize(
    ("vocabulary", "text", "uri"),
    [
        (BIZ_STEP, "acme:drying", "https://ns.acme.example/drying"),
        (BIZ_STEP, "oec:BizStep-notifying", "oec:BizStep-notifying"),  # its context is remote
        (BIZ_STEP, "https://acme.example/step/drying", "https://acme.example/step/drying"),
        (TRANSACTION_TYPE, "urn:acme:btt:passage", "urn:acme:btt:passage"),
        (PARTY_TYPE, "cbv:my_own_party", "https://ref.gs1.org/cbv/my_own_party"),
        (MEASUREMENT, "gs1:latitude", "https://ref.gs1.org/voc/latitude"),
        (COMPONENT, "example:x", "example:x"),
    ],
)
def test_private_terms_are_uris(vocabulary, text, uri):
    assert term(vocabulary, text, PREFIXES) == uri


def test_prefixes_come_from_every_object_of_a_context():
    context = [
        "https://example.org/context.jsonld",
        {"a": "https://a.example/"},
        {"b": {"@id": "x"}},
    ]
    assert prefixes_of([context, {"a": "https://later.example/"}, None]) == {
        "a": "https://later.example/"
    }


@pytest.mark.parametrize(
    ("uri", "full"),
    [
        ("acme:x", "https://ns.acme.example/x"),
        ("cbv:BizStep-x", "https://ref.gs1.org/cbv/BizStep-x"),
        ("https://acme.example/", "https://acme.example/"),
        ("acme://host/x", "acme://host/x"),
        ("other:x", "other:x"),
        ("plain", "plain"),
    ],
)
def test_compact_uris_are_expanded_where_the_prefix_is_known(uri, full):
    assert expanded(uri, PREFIXES) == full


@pytest.mark.parametrize("text", ["urn:a:b", "a:b", "https://x.example/y?z#f", "repository-x:hash"])
def test_uris(text):
    assert is_uri(text)


@pytest.mark.parametrize("text", ["", "word", ":x", "a:", "a b:c", "a:b c", "a:b\n", "1a:b", "ä:b"])
def test_no_uris(text):
    assert not is_uri(text)
