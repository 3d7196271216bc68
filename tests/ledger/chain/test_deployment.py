from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ledger.chain import deployment as deployments
from ledger.chain.deployment import DeployedContract, Deployment, from_json, load, save, to_json
from ledger.chain.fingerprint import check, take
from ledger.errors import FingerprintMismatch, NotFound, SettingInvalid
from ledger.vocabulary import Address
from tests.support.anvil import LocalAnvil
from tests.support.node import deployed, open_node

MADE = Deployment(
    31337,
    bytes(range(32)),
    {
        "OrgRegistry": DeployedContract(Address(b"r" * 20), 5, b"b" * 32, b"c" * 32),
        "ProductLedger": DeployedContract(Address(b"l" * 20), 6, b"d" * 32, b"e" * 32),
    },
)


def test_a_deployment_survives_its_file(tmp_path):
    path = tmp_path / "new" / "deployment.json"
    save(MADE, path)
    assert load(path) == MADE
    assert [each.name for each in path.parent.iterdir()] == ["deployment.json"]


def test_places(tmp_path):
    assert MADE.registry == b"r" * 20
    assert MADE.ledger == b"l" * 20
    assert MADE.first_block == 5
    assert MADE.name_of(b"l" * 20) == "ProductLedger"
    with pytest.raises(NotFound):
        MADE.name_of(bytes(20))
    with pytest.raises(NotFound):
        load(tmp_path / "nothing.json")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"contracts": 1}', '{"contracts": {"x": {}}}'])
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "d.json").write_text(text)
    with pytest.raises(SettingInvalid):
        load(tmp_path / "d.json")


@pytest.mark.parametrize("spoil", ["missing", "short", "number"])
def test_spoilt_deployments_are_refused(spoil):
    document = json.loads(json.dumps(to_json(MADE)))
    if spoil == "missing":
        del document["contracts"]["ProductLedger"]
    elif spoil == "short":
        document["genesis_hash"] = "0x00"
    else:
        document["chain_id"] = "one"
    with pytest.raises(SettingInvalid):
        from_json(document)


@pytest.mark.chain
def test_the_node_serves_what_was_deployed(chain, deployment):
    found = check(chain, deployment)
    assert found.contracts == deployment.contracts
    assert take(chain, deployment) == found


@pytest.mark.chain
def test_a_chain_that_is_started_again_is_the_same(tmp_path):
    with LocalAnvil(state=tmp_path / "state", mining="mixed") as anvil:
        with open_node(anvil.url) as chain:
            made = deployed(chain, tmp_path)
        for _ in range(2):
            anvil.stop()
            anvil.start()
            with open_node(anvil.url) as chain:
                assert check(chain, made)


@pytest.mark.chain
@pytest.mark.parametrize("what", ["chain_id", "genesis_hash", "code_hash", "block_hash", "block"])
def test_any_difference_stops(chain, deployment, what, tmp_path):
    other = {"chain_id": 1, "block": 10**9}.get(what, bytes(32))
    if what in {"chain_id", "genesis_hash"}:
        altered = replace(deployment, **{what: other})
    else:
        contract = replace(deployment.contracts["ProductLedger"], **{what: other})
        altered = replace(deployment, contracts={**deployment.contracts, "ProductLedger": contract})
    with pytest.raises(FingerprintMismatch):
        check(chain, altered)
    save(altered, tmp_path / "altered.json")
    with pytest.raises(FingerprintMismatch):
        deployments.deploy(chain, None, tmp_path / "altered.json")
