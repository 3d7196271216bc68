"""Revert data becomes the refusal of the same name, with its values, whatever the data."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger import abi
from ledger.chain.names import python_name, selector, types_of
from ledger.chain.reverts import refusal
from ledger.errors import ActRefused
from ledger.events import Solidity
from ledger.vocabulary import lot
from tests.support.catalogue import scalar

ERRORS = {
    entry["name"]: entry
    for name in abi.names()
    for entry in abi.artifact(name).abi
    if entry["type"] == "error"
}


@given(st.data(), st.sampled_from(sorted(ERRORS)))
def test_every_error_comes_back_by_name_and_values(data, name):
    entry = ERRORS[name]
    values = [data.draw(scalar(Solidity(kind))) for kind in types_of(entry)]
    found = refusal(selector(entry) + encode(types_of(entry), values))
    assert found.code == name
    expected = zip([python_name(each["name"]) for each in entry["inputs"]], values, strict=True)
    assert found.values == dict(expected)
    assert found.message.endswith(".")


def test_a_refusal_reads_well():
    item = lot("09506000134352", "L-1").id
    data = keccak(text="HoldingTooSmall(bytes32,uint32,uint256,uint256)")[:4]
    found = refusal(data + encode(["bytes32", "uint32", "uint256", "uint256"], [item, 3, 5, 7]))
    assert str(found) == "Organisation 3 holds 5 of 09506000134352 L-1; 7 are wanted."


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "Reverted"),
        (b"\x01", "UnknownError"),
        (bytes.fromhex("deadbeef"), "UnknownError"),
        (keccak(text="ItemUnknown(bytes32)")[:4], "UnknownError"),  # its value is missing
        (keccak(text="Error(string)")[:4] + encode(["string"], ["no"]), "Error"),
        (keccak(text="Panic(uint256)")[:4] + encode(["uint256"], [0x11]), "Panic"),
    ],
)
def test_other_reverts(data, code):
    assert refusal(data).code == code


@given(st.binary(max_size=100))
def test_any_data_is_a_refusal(data):
    assert isinstance(refusal(data), ActRefused)
