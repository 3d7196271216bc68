"""Solidity and Python say the same: events, commands and their fields against the compiled ABI."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from ledger import abi
from ledger.chain.names import canonical_type, python_name
from ledger.commands import COMMANDS
from ledger.events import CATALOGUE, DOORS, Solidity

CONTRACTS = ("OrgRegistry", "Directory", *DOORS)
ANSWERS = {"pure", "view"}
NOT_COMMANDS = {"perform", "relay", "sellFor", "returnFor", "claimUnit"}
"""The door itself, and what only another of our contracts may call."""


def entries(contract: str, kind: str) -> dict[str, dict[str, Any]]:
    found = [entry for entry in abi.artifact(contract).abi if entry["type"] == kind]
    names = [entry["name"] for entry in found]
    assert len(names) == len(set(names)), "names are not overloaded"
    return dict(zip(names, found, strict=True))


def test_the_catalogue_has_every_event_and_no_other():
    for contract in CONTRACTS:
        mine = {event.__name__ for event in CATALOGUE if event.is_of(contract)}
        assert mine == set(entries(contract, "event"))


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.__name__)
def test_an_event_has_the_fields_of_its_abi(event):
    entry = entries(event.contract, "event")[event.__name__]
    assert not entry["anonymous"]
    inputs = [each for each in entry["inputs"] if each["name"] != "entry"]
    declared = [(python_name(i["name"]), i["type"], i["indexed"]) for i in inputs]
    assert declared == [(f.name, f.solidity.type, f.solidity.indexed) for f in event.schema()]


@pytest.mark.parametrize("event", CATALOGUE, ids=lambda event: event.__name__)
def test_the_entry_is_the_first_data_word_of_every_event(event):
    entry = entries(event.contract, "event")[event.__name__]
    data = [each for each in entry["inputs"] if not each["indexed"]]
    assert (data[0]["name"], data[0]["type"]) == ("entry", "bytes32")
    assert all(each["type"] not in {"string", "bytes"} for each in entry["inputs"])


@pytest.mark.parametrize("contract", DOORS)
def test_every_act_has_a_command(contract):
    acts = {
        name
        for name, entry in entries(contract, "function").items()
        if entry["stateMutability"] not in ANSWERS
    }
    found = {command.function for command in COMMANDS if command.contract == contract}
    assert found == acts - NOT_COMMANDS


def test_the_mark_of_operations_is_the_same_everywhere():
    marks = [entries(contract, "event")["OperationPerformed"] for contract in DOORS]
    assert all(mark == marks[0] for mark in marks)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_a_command_has_the_parameters_of_its_function(command):
    inputs = entries(command.contract, "function")[command.function]["inputs"]
    if inputs[0]["type"] == "tuple":  # the fields of a struct stand in the command itself
        (struct,) = inputs
        inputs = struct["components"]
    assert shape_of(command) == [shape_of_input(each) for each in inputs]


def shape_of(cls: type) -> list[Any]:
    hints = get_type_hints(cls, include_extras=True)
    return [(each.name, *kind_of(hints[each.name])) for each in fields(cls)]


def kind_of(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if is_dataclass(inner):
            return "tuple[]", shape_of(inner)
        return (kind_of(inner)[0] + "[]",)
    assert get_origin(hint) is Annotated
    return (next(each.type for each in get_args(hint) if isinstance(each, Solidity)),)


def shape_of_input(each: dict[str, Any]) -> tuple[Any, ...]:
    name = python_name(each["name"])
    if each["type"] == "tuple[]":
        return name, "tuple[]", [shape_of_input(part) for part in each["components"]]
    return name, each["type"]


def test_names_follow_one_small_rule():
    assert python_name("occurredAt") == "occurred_at"
    assert python_name("from") == "shipper"
    assert python_name("to") == "to"
    field = {"type": "tuple[]", "components": [{"type": "bytes32"}, {"type": "uint64"}]}
    assert canonical_type(field) == "(bytes32,uint64)[]"
