"""The journal: every event is in it, and no log can be left out, added, moved or altered."""

import copy

import pytest

from ledger.abi import artifact
from tests.support.anvil import CHAIN_ID
from tests.support.contracts import folded, require_journal, seed

CONTRACTS = ["OrgRegistry", "ProductLedger", "Directory", "Certificates", "Anchors"]
PUSH1, PUSH32, LOG0, LOG4 = 0x60, 0x7F, 0xA0, 0xA4


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_event_carries_its_entry_first(name):
    events = [each for each in artifact(name).abi if each["type"] == "event"]
    assert events
    for event in events:
        assert not event["anonymous"]
        unindexed = [each for each in event["inputs"] if not each["indexed"]]
        assert (unindexed[0]["name"], unindexed[0]["type"]) == ("entry", "bytes32")
        assert event["inputs"][0]["name"] == "entry"


@pytest.mark.parametrize("name", CONTRACTS)
def test_no_event_passes_the_journal_by(name):
    # the one emitter has one LOG instruction for each number of topics
    assert log_instructions(artifact(name).deployed_bytecode) == [0xA1, 0xA2, 0xA3, 0xA4]


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_journal_lies_in_slot_zero(name):
    first = artifact(name).storage_layout["storage"][0]
    assert (first["label"], first["slot"], first["offset"]) == ("_journal", "0", 0)


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_code_fits_a_contract(name):
    assert len(artifact(name).deployed_bytecode) < 24_576


@pytest.mark.chain
def test_a_journal_begins_with_its_place(contracts):
    count, head = contracts.ledger.functions.journal().call()
    assert (count, head) == (0, seed(CHAIN_ID, contracts.ledger.address))


@pytest.mark.chain
def test_the_journal_is_proven_up_to_the_state_root(contracts, mill, flour):
    mill.act(("dispose", flour, 1, 0), ("dispose", flour, 1, 0))
    assert require_journal(contracts, contracts.ledger) == 7


@pytest.mark.chain
def test_every_tampering_with_the_logs_shows(contracts, mill, flour):
    mill.act(*(("dispose", flour, amount, 0) for amount in range(1, 5)))
    logs = contracts.raw_logs(contracts.ledger)
    start = seed(CHAIN_ID, contracts.ledger.address)
    word = folded(logs, start)
    for forged in forgeries(logs):
        try:
            assert folded(forged, start) != word
        except AssertionError as shown:
            assert "entry of event" in str(shown)  # noqa: PT017  # either of the two shows it


def forgeries(logs):
    for i in range(len(logs)):
        yield logs[:i] + logs[i + 1 :]
        yield [*logs[:i], logs[i], *logs[i:]]
        if i:
            yield [*logs[: i - 1], logs[i], logs[i - 1], *logs[i + 1 :]]
        for topic in range(len(logs[i]["topics"])):
            forged = copy.deepcopy(logs)
            forged[i]["topics"][topic] = "0x" + "11" * 32
            yield forged
        forged = copy.deepcopy(logs)
        forged[i]["data"] = logs[i]["data"][:-1] + ("0" if logs[i]["data"][-1] != "0" else "1")
        yield forged
        forged = copy.deepcopy(logs)
        forged[i]["blockNumber"] = hex(int(logs[i]["blockNumber"], 16) + 1)
        yield forged


def log_instructions(code):
    """The LOG instructions of a contract's code, without the metadata at its end."""
    end, found, at = len(code) - 2 - int.from_bytes(code[-2:], "big"), [], 0
    while at < end:
        if LOG0 <= code[at] <= LOG4:
            found.append(code[at])
        at += 1 + (code[at] - PUSH1 + 1 if PUSH1 <= code[at] <= PUSH32 else 0)
    return sorted(found)
