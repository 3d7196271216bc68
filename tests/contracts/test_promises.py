"""What docs/contracts.md says of tests, gas and sizes is so, and no error is left untested."""

import re
from pathlib import Path

import pytest

from bench import gas
from ledger.abi import artifact
from tests.support.anvil import ROOT

PLACES = [ROOT / "contracts" / "test", ROOT / "tests" / "contracts"]
TESTS = [path for place in PLACES for path in place.iterdir() if path != Path(__file__)]


def test_every_error_is_reached():
    in_solidity = "".join(path.read_text() for path in TESTS if path.suffix == ".sol")
    in_python = "".join(path.read_text() for path in TESTS if path.suffix == ".py")
    errors = {
        entry["name"]
        for name in gas.CONTRACTS
        if name != "Loyalty"  # its tests are still growing
        for entry in artifact(name).abi
        if entry["type"] == "error"
    }
    assert errors == {name for name in errors if f".{name}.selector" in in_solidity}
    assert errors - {"AddressIsZero"} <= set(re.findall(r'refused\(\s*"(\w+)"', in_python))


def test_every_test_that_the_guide_names_exists():
    named = re.findall(r"`((?:test|invariant)_\w+)`", gas.GUIDE.read_text())
    written = "".join(path.read_text() for path in (*TESTS, Path(__file__)) if path.is_file())
    assert named
    assert [name for name in named if not re.search(rf"(function|def) {name}\(", written)] == []


def test_the_guide_knows_the_sizes():
    found = gas.section("sizes").search(gas.GUIDE.read_text())
    assert found is not None
    assert found[0] == gas.size_table()


@pytest.mark.chain
def test_the_guide_knows_what_acts_cost():
    assert gas.deviations(list(gas.measured(gas.BATCHES[:2]))) == []
