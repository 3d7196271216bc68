"""relay: what a key has signed, brought by somebody else."""

import pytest
from eth_utils.address import to_checksum_address

from ledger.chain.relay import Domain, act_of, encode_relay, sign_act
from ledger.chain.signing import SigningKey
from ledger.commands import CommissionItem, DisposeItem
from ledger.vocabulary import Address
from tests.support.contracts import refused

pytestmark = pytest.mark.chain

FAR = 2**40


@pytest.fixture
def key(contracts, mill):
    made = SigningKey.of(b"\x07" * 32)
    contracts.add_key(mill.number, to_checksum_address(made.address), 63, 0, 0)
    return made


@pytest.fixture
def domain(contracts):
    address = Address(bytes.fromhex(contracts.ledger.address[2:]))
    return Domain(contracts.web3.eth.chain_id, address)


def relay(contracts, stranger, domain, *signed):
    data = "0x" + encode_relay(domain, *zip(*signed, strict=True)).hex()
    call = {"from": stranger.key, "to": contracts.ledger.address, "data": data}
    contracts.anvil.rpc("eth_call", call, "latest")
    sent = contracts.web3.eth.send_transaction(call)
    return contracts.web3.eth.wait_for_transaction_receipt(sent)


def signed(key, domain, operation, *commands, deadline=FAR):
    act = act_of(key.address, commands, operation, deadline)
    return act, sign_act(key, domain, act)


def test_one_signature_covers_many_acts(contracts, mill, stranger, flour, key, domain):
    once = signed(key, domain, 9, CommissionItem(flour, 5, 0), DisposeItem(flour, 2, 1))
    receipt = relay(contracts, stranger, domain, once)
    assert [name for name, _ in contracts.events(receipt)] == [
        "OperationPerformed",
        "ItemCommissioned",
        "ItemDisposed",
    ]
    assert contracts.holding(flour, mill) == 1003
    with refused("OperationAlreadyPerformed", mill.number, 9):
        relay(contracts, stranger, domain, once)


def test_a_signature_is_good_for_one_contract_on_one_chain(contracts, stranger, flour, key, domain):
    for other in (
        Domain(domain.chain_id + 1, domain.address),
        Domain(domain.chain_id, Address(bytes(20))),
        Domain(domain.chain_id, domain.address, "OrgRegistry"),
    ):
        act, signature = signed(key, other, 9, DisposeItem(flour, 1, 0))
        with refused("SignatureInvalid", to_checksum_address(act.actor), 9):
            relay(contracts, stranger, domain, (act, signature))


def test_what_was_signed_has_an_end(contracts, stranger, flour, key, domain):
    late = signed(key, domain, 9, DisposeItem(flour, 1, 0), deadline=5)
    with refused("DeadlinePassed", 9, 5):
        relay(contracts, stranger, domain, late)


def test_a_number_spent_on_nothing_cancels_what_was_signed(
    contracts, mill, stranger, flour, key, domain
):
    regretted = signed(key, domain, 9, DisposeItem(flour, 1, 0))
    mill.act(operation=9)
    with refused("OperationAlreadyPerformed", mill.number, 9):
        relay(contracts, stranger, domain, regretted)


def test_every_operation_needs_its_signature(contracts, stranger, domain):
    data = "0x" + encode_relay(domain, [], [bytes(65)]).hex()
    call = {"from": stranger.key, "to": contracts.ledger.address, "data": data}
    with refused("SignaturesDoNotMatch", 0, 1):
        contracts.anvil.rpc("eth_call", call, "latest")
