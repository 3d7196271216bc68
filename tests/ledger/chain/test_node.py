"""The node: answers as plain values on a real chain, every fault as NodeUnavailable."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ledger.chain.codec import decode_event, decode_result, encode_registry, encode_view
from ledger.chain.deployment import deploy
from ledger.chain.development import GOVERNOR, account
from ledger.chain.direct import transact
from ledger.chain.node import NodeChain, transaction_hash
from ledger.chain.signing import Transaction, sign
from ledger.errors import ActRefused, NodeUnavailable
from ledger.events import GovernorAccepted, OrganisationRegistered
from ledger.hashing import journal_seed
from ledger.vocabulary import party

pytestmark = pytest.mark.chain
SHOP = party("9506000122229").id


@pytest.mark.usefixtures("deployment")
def test_blocks(chain):
    head = chain.head()
    assert chain.block(head.number) == head
    assert chain.block(head.number + 1000) is None
    both = chain.blocks([head.number, head.number - 1, head.number + 1000])
    assert [each and each.number for each in both] == [head.number, head.number - 1, None]
    assert both[0].parent == both[1].hash
    assert chain.chain_id() == 31337
    assert "anvil" in chain.client_version()


def test_code_storage_and_proof(chain, deployment):
    assert chain.code(deployment.registry)
    assert chain.code(bytes(20)) == b""
    slot = chain.storage(deployment.ledger, 0)
    assert slot == bytes(8) + journal_seed(31337, deployment.ledger)
    proof = chain.proof(deployment.ledger, 0)
    assert int(proof["storageProof"][0]["value"], 16) == int.from_bytes(slot, "big")
    assert chain.storage(deployment.ledger, 10**9) == bytes(32)


def test_a_transaction_its_receipt_and_its_logs(chain, deployment):
    governor = account(chain, GOVERNOR)
    data = encode_registry("registerOrganisation", SHOP, governor.address, 63)
    done = transact(chain, governor, deployment.registry, data)
    assert chain.receipt(done.tx) == done
    assert chain.receipts([bytes(32), done.tx]) == [None, done]
    assert chain.transaction_input(done.tx) == data
    assert chain.transaction_input(bytes(32)) is None
    (log,) = chain.logs([deployment.registry], done.block, done.block)
    assert (log,) == done.logs
    assert decode_event(log) == OrganisationRegistered(1, SHOP, governor.address, 63)
    topics = [log.topics[0], None, SHOP]
    assert chain.logs([deployment.registry], 0, done.block, topics) == [log]
    view = encode_view("OrgRegistry", "organisationOf", SHOP)
    returned = chain.call(deployment.registry, view)
    assert decode_result("OrgRegistry", "organisationOf", returned) == (1,)


def test_the_first_event_names_the_governor(chain, deployment):
    first = chain.logs([deployment.registry], deployment.first_block, chain.head().number)[0]
    assert decode_event(first) == GovernorAccepted(account(chain, GOVERNOR).address)


@pytest.mark.parametrize("block", ["latest", "pending"])
def test_what_a_contract_refuses_is_raised_by_its_name(chain, deployment, block):
    data = encode_registry("suspendOrganisation", 7)
    governor = account(chain, GOVERNOR)
    with pytest.raises(ActRefused) as caught:
        chain.call(deployment.registry, data, governor.address, block)
    assert caught.value.code == "OrganisationUnknown"
    with pytest.raises(ActRefused) as caught:
        chain.estimate(deployment.registry, data, governor.address, block)
    assert str(caught.value) == "There is no organisation 7."
    with pytest.raises(ActRefused):
        transact(chain, governor, deployment.registry, data)


def test_a_transaction_that_the_node_does_not_take_is_a_hint(chain):
    key = account(chain, 5)
    old = sign(key, Transaction(31337, 0, key.address, b"", 21000, 0, 0))
    chain.send_all([old.raw])
    chain.send_all([old.raw])
    other = sign(key, Transaction(31337, 0, key.address, b"", 21000, 0, 0, value=1))
    said = chain.send_all([other.raw])
    assert "nonce" in said[0]
    with pytest.raises(NodeUnavailable) as caught:
        chain.send(other.raw)
    assert "nonce" in caught.value.values["rpc_message"]
    assert transaction_hash(old.raw) == old.hash


def test_fees_and_balances(chain):
    assert chain.fees().most == 2 * chain.fees().base + chain.fees().priority
    assert chain.balance(account(chain, 3).address) == 10**22
    assert chain.nonce(account(chain, 3).address) == 0


def test_no_node_at_all():
    node = NodeChain("http://127.0.0.1:1", timeout_seconds=1)
    with pytest.raises(NodeUnavailable):
        node.head()
    with pytest.raises(NodeUnavailable):
        node.blocks([1, 2])
    node.close()


class Faulty(BaseHTTPRequestHandler):
    answer: bytes = b""
    status = 200

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(type(self).status)
        self.send_header("Content-Length", str(len(type(self).answer)))
        self.end_headers()
        self.wfile.write(type(self).answer)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def faulty():
    """A node that answers whatever it is told to."""
    server = HTTPServer(("127.0.0.1", 0), Faulty)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    node = NodeChain(f"http://127.0.0.1:{server.server_port}", timeout_seconds=2)

    def say(answer, status=200):
        Faulty.answer = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        Faulty.status = status
        return node

    yield say
    node.close()
    server.shutdown()
    thread.join()
    server.server_close()


ODD = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"3",
    b"\xff\xfe",
    {},
    {"id": 1, "result": None},
    {"id": 1, "result": "0xzz"},
    {"id": 1, "result": {"number": "0x1"}},
    {"id": 1, "result": [1]},
    {"id": 1, "error": "broken"},
    {"id": 1, "error": {"code": -32000, "message": "header not found"}},
    [{"id": 1, "error": {"code": -32000, "message": "x"}}],
]


@pytest.mark.parametrize("answer", ODD, ids=repr)
def test_odd_answers_are_unavailable_and_nothing_else(faulty, answer):
    node = faulty(answer)
    for ask in (
        node.head,
        node.chain_id,
        node.fees,
        lambda: node.blocks([1]),
        lambda: node.nonce(bytes(20)),
        lambda: node.logs([bytes(20)], 0, 1),
        lambda: node.send(b"\x02"),
    ):
        with pytest.raises(NodeUnavailable):
            ask()


def test_http_errors_are_unavailable(faulty):
    node = faulty({"id": 1, "result": "0x7a69"}, 502)
    with pytest.raises(NodeUnavailable):
        node.chain_id()
    assert faulty({"id": 1, "result": "0x7a69"}).chain_id() == 31337


@pytest.mark.parametrize(
    "error",
    [
        {"code": 3, "message": "execution reverted", "data": "0x"},
        {"code": -32000, "message": "execution reverted"},
        {"code": -32603, "message": "VM Exception: reverted", "data": {"data": "0x"}},
        {"code": 3, "message": "execution reverted", "data": "0xnonsense"},
    ],
)
def test_reverts_are_told_apart_from_faults(faulty, error):
    with pytest.raises(ActRefused) as caught:
        faulty({"id": 1, "error": error}).call(bytes(20), b"")
    assert caught.value.code == "Reverted"


def test_an_address_may_hold_a_secret():
    node = NodeChain("http://user:hush@127.0.0.1:1/v3/hush", timeout_seconds=1)
    with pytest.raises(NodeUnavailable) as caught:
        node.chain_id()
    assert "hush" not in str(caught.value)
    node.close()


def test_a_client_is_used_by_many_threads(anvil):
    node = NodeChain(anvil.url)
    found = []
    threads = [threading.Thread(target=lambda: found.append(node.chain_id())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [31337] * 8
    node.close()
    assert node.chain_id() == 31337
    node.close()


def test_deploying_again_changes_nothing(chain, deployment, tmp_path):
    again = deploy(chain, account(chain, GOVERNOR), tmp_path / "deployment.json")
    assert again == deployment
