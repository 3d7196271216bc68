"""Compiling: what goes into the digest, and what comes out of the compiler."""

import json

import pytest

from ledger.abi import build

COUNTER = b"""// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
contract Counter {
    uint256 private immutable _START;
    constructor(uint256 start) { _START = start; }
    function start() external view returns (uint256) { return _START; }
}
"""


@pytest.fixture
def contracts(tmp_path):
    (tmp_path / "test").mkdir()
    (tmp_path / "Counter.sol").write_bytes(COUNTER)
    (tmp_path / "test" / "Counter.t.sol").write_bytes(b"not even Solidity")
    return tmp_path


def test_the_digest_leaves_out_the_tests(contracts):
    before = build.source_digest(contracts)
    (contracts / "test" / "Other.t.sol").write_bytes(b"")
    assert build.source_digest(contracts) == before


def test_the_digest_covers_names_and_texts(contracts):
    digests = {build.source_digest(contracts)}
    (contracts / "Counter.sol").rename(contracts / "Renamed.sol")
    digests.add(build.source_digest(contracts))
    (contracts / "Renamed.sol").write_bytes(COUNTER + b"\n")
    digests.add(build.source_digest(contracts))
    assert len(digests) == 3


@pytest.mark.chain
def test_an_artifact_says_where_the_constructor_writes_into_the_code(contracts):
    artifact = json.loads(build.compile_artifacts(contracts)["Counter"])
    code = bytes.fromhex(artifact["deployedBytecode"][2:])
    ((place,),) = artifact["immutableReferences"].values()
    assert code[place["start"] : place["start"] + place["length"]] == bytes(32)


@pytest.mark.chain
def test_errors_of_the_compiler_reach_the_caller(contracts):
    (contracts / "Broken.sol").write_bytes(b"contract {")
    with pytest.raises(build.ContractsDoNotCompile, match="Expected identifier"):
        build.compile_artifacts(contracts)
