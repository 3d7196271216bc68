"""Calldata and logs: there and back, and garbage refused."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain import codec
from ledger.chain.codec import (
    decode_event,
    decode_perform,
    encode_call,
    encode_perform,
    encode_registry,
    entry_of,
    event_topic,
)
from ledger.chain.port import RawLog
from ledger.commands import CommissionItem, Line, ReceiveShipment
from ledger.errors import CommandInvalid, UnknownLog
from ledger.events import DOORS, ItemRecalled
from ledger.vocabulary import NOTHING, lot
from tests.support.catalogue import commands, events

ITEM = lot("09506000134352", "L-1").id


def log_of(event, entry=bytes(32)) -> RawLog:
    """What a contract would emit, put together by hand."""
    topics, types, values = [event_topic(type(event))], ["bytes32"], [entry]
    for field in event.schema():
        value = getattr(event, field.name)
        if field.solidity.indexed:
            topics.append(encode([field.solidity.type], [value]))
        else:
            types.append(field.solidity.type)
            values.append(value)
    data = encode(types, values)
    return RawLog(bytes(20), tuple(topics), data, 1, bytes(32), bytes(32), 0)


@pytest.mark.parametrize("contract", DOORS)
@given(st.data(), st.integers(0, 2**256 - 1))
def test_an_operation_comes_back(contract, data, operation):
    asked = tuple(data.draw(st.lists(commands(contract), max_size=4)))
    assert decode_perform(encode_perform(operation, asked), contract) == (operation, asked)


@given(events())
def test_an_event_comes_back(event):
    assert decode_event(log_of(event)) == event


def test_the_entry_is_read_from_the_first_word():
    log = log_of(ItemRecalled(ITEM, 1, bytes(32)), (7).to_bytes(8, "big") + b"\x01" * 24)
    assert entry_of(log) == (7, b"\x01" * 24)
    with pytest.raises(UnknownLog):
        entry_of(RawLog(bytes(20), (), b"", 1, bytes(32), bytes(32), 0))


def test_calldata_is_what_solidity_expects():
    data = encode_call(ReceiveShipment(3, NOTHING, (Line(ITEM, 5),)))
    assert data[:4].hex() == selector_of("receiveShipment(uint32,bytes32,(bytes32,uint64)[])")
    assert encode_registry("revokeKey", bytes(20))[:4].hex() == selector_of("revokeKey(address)")


def selector_of(signature: str) -> str:
    from eth_utils.crypto import keccak  # noqa: PLC0415

    return keccak(text=signature)[:4].hex()


@pytest.mark.parametrize(
    "command",
    [
        CommissionItem(b"short", 1, 0),
        CommissionItem(ITEM, 2**64, 0),
        CommissionItem(ITEM, -1, 0),
        CommissionItem(ITEM, None, 0),
        CommissionItem(bytes(33), 1, 0),
    ],
)
def test_what_does_not_fit_is_refused(command):
    with pytest.raises(CommandInvalid):
        encode_call(command)


def test_unknown_functions_are_refused():
    with pytest.raises(CommandInvalid):
        encode_registry("noSuchFunction")
    with pytest.raises(CommandInvalid):
        codec.decode_result("ProductLedger", "holding", b"")


@given(st.binary(max_size=200))
def test_garbage_is_no_operation(data):
    for prefix in (b"", encode_perform(1, [])[:4]):
        try:
            decode_perform(prefix + data)
        except CommandInvalid:
            continue


@pytest.mark.parametrize("cut", [3, 4, 40, 100, 200])
def test_a_cut_operation_is_refused(cut):
    data = encode_perform(1, [CommissionItem(ITEM, 1, 0)])
    with pytest.raises(CommandInvalid):
        decode_perform(data[:cut])


def test_an_unknown_act_in_an_operation_is_refused():
    data = encode_perform(1, [CommissionItem(ITEM, 1, 0)])
    act = encode_call(CommissionItem(ITEM, 1, 0))[:4]
    with pytest.raises(CommandInvalid, match="deadbeef"):
        decode_perform(data.replace(act, bytes.fromhex("deadbeef")))


def test_malformed_logs_are_unknown():
    good = log_of(ItemRecalled(ITEM, 1, bytes(32)))
    spoilt = [
        {"topics": ()},
        {"topics": (bytes(32), *good.topics[1:])},
        {"topics": good.topics[:-1]},
        {"topics": (*good.topics, bytes(32))},
        {"topics": (good.topics[0], good.topics[1], b"\xff" * 32)},  # no uint32
        {"data": good.data[:-1]},
        {"data": good.data + bytes(32)},
        {"data": b""},
    ]
    for change in spoilt:
        fields = {name: getattr(good, name) for name in RawLog.__slots__} | change
        with pytest.raises(UnknownLog):
            decode_event(RawLog(**fields))
