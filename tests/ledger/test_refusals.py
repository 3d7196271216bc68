"""Every error of the contracts has a sentence, and its values survive JSON."""

from __future__ import annotations

import re

import pytest

from ledger import abi
from ledger.errors import ActRefused
from ledger.refusals import (
    PARAMETERS,
    SENTENCES,
    refuse,
    sentence,
    values_from_json,
    values_to_json,
)
from ledger.vocabulary import NOTHING, lot

BUILT_IN = {"Error", "Panic", "Reverted", "UnknownError"}
WAYS_OF_TYPES = {
    "address": {"address"},
    "bytes32": {"id", "hash", "word"},
    "bytes3": {"unit"},
    "uint16": {"roles", "number", "lapse"},
    "uint32": {"org", "number"},
    "uint40": {"time", "end"},
    "uint8": {"number", "rights"},
    "uint64": {"number", "version"},
    "uint256": {"number", "time"},
}


def declared() -> dict[str, list[dict]]:
    return {
        entry["name"]: entry["inputs"]
        for name in abi.names()
        for entry in abi.artifact(name).abi
        if entry["type"] == "error"
    }


def python_name(solidity: str) -> str:
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", solidity).lower()
    return "shipper" if snake == "from" else snake


def test_each_error_has_a_sentence_and_each_sentence_an_error():
    assert set(SENTENCES) - BUILT_IN == set(declared())


def test_sentences_show_the_parameters_in_a_way_that_fits_their_type():
    for name, inputs in declared().items():
        assert set(PARAMETERS[name]) == {python_name(each["name"]) for each in inputs}, name
        for each in inputs:
            way = PARAMETERS[name][python_name(each["name"])]
            assert way in WAYS_OF_TYPES[each["type"]], (name, each)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_one(code):
    examples = {
        "id": NOTHING,
        "address": bytes(20),
        "hash": bytes(32),
        "unit": b"KGM",
        "word": b"Loyalty",
    }
    values = {
        name: "why" if way == "text" else examples.get(way, 5)
        for name, way in PARAMETERS[code].items()
    }
    said = sentence(code, values)
    assert said[0].isupper() or said[0].isdigit()
    assert said.endswith(".")
    assert "{" not in said
    assert values_from_json(code, values_to_json(values)) == values


def test_ids_and_organisations_are_in_words():
    item = lot("09506000134352", "L-1").id
    refusal = refuse("HoldingTooSmall", item=item, org=3, held=5, wanted=7)
    assert isinstance(refusal, ActRefused)
    assert refusal.code == "HoldingTooSmall"
    assert refusal.values["wanted"] == 7
    assert str(refusal) == "Organisation 3 holds 5 of 09506000134352 L-1; 7 are wanted."


def test_names_and_translations_come_from_the_caller():
    values = {"item": lot("09506000134352", "L-1").id, "by": 3}
    said = sentence(
        "ItemIsRecalled",
        values,
        template="{by:org} 召回了 {item:id}。",
        organisation={3: "Acme"}.get,
    )
    assert said == "Acme 召回了 09506000134352 L-1。"


def test_times_are_dates_and_no_end_is_never():
    values = {"key": bytes(20), "valid_from": 1_767_225_600, "valid_to": 0}
    assert "from 2026-01-01 00:00 UTC until never" in sentence("KeyNotValid", values)
    huge = sentence("ItemIsExpired", {"item": NOTHING, "expiry": 2**40 - 1})
    assert str(2**40 - 1) in huge


def test_roles_and_units_are_words():
    said = sentence("RoleMissing", {"org": 1, "needed": 1, "held": 6})
    assert said == "Organisation 1 needs the role maker for this and has carrier, retailer."
    assert "0x000000" in sentence("UnitInvalid", {"decimals": 12, "unit": bytes(3)})


def test_rights_and_the_end_of_points_are_words():
    said = sentence("NotAPartner", {"org": 1, "programme": 2, "needed": 2})
    assert said == "Organisation 1 needs the right to redeem in the programme 2."
    values = {"programme": 2, "earning": bytes(32), "quarter": 227}
    # Quarter 227 begins on 2025-12-08; points are good in it and in three more.
    assert sentence("EarningIsExpired", values).endswith("were good until 2026-12-03 00:00 UTC.")


def test_an_unknown_code_can_still_be_shown():
    assert sentence("Retired", {"old": 1}) == "The contract refused: Retired."
