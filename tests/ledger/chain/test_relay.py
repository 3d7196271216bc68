"""Signed acts: our digest is that of another implementation of EIP-712."""

from __future__ import annotations

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.relay import Act, Domain, digest, encode_relay, sign_act
from ledger.chain.signing import SigningKey
from ledger.vocabulary import Address

FIELDS = {
    "Act": [
        {"name": "actor", "type": "address"},
        {"name": "calls", "type": "bytes[]"},
        {"name": "operation", "type": "uint256"},
        {"name": "deadline", "type": "uint256"},
    ]
}
ADDRESSES = st.binary(min_size=20, max_size=20).map(Address)
UINT256 = st.integers(0, 2**256 - 1)
ACTS = st.builds(Act, ADDRESSES, st.lists(st.binary(), max_size=4).map(tuple), UINT256, UINT256)
DOMAINS = st.builds(Domain, st.integers(1, 2**64), ADDRESSES, st.just("ProductLedger"))


@given(DOMAINS, ACTS)
def test_the_digest_is_that_of_others(domain, act):
    message = encode_typed_data(
        {
            "name": "Lotmark ProductLedger",
            "version": "1",
            "chainId": domain.chain_id,
            "verifyingContract": "0x" + domain.address.hex(),
        },
        FIELDS,
        {
            "actor": "0x" + act.actor.hex(),
            "calls": list(act.calls),
            "operation": act.operation,
            "deadline": act.deadline,
        },
    )
    assert digest(domain, act) == keccak(b"\x19" + message.version + message.header + message.body)


@given(DOMAINS, ACTS, st.integers(1, 2**128))
def test_a_signature_is_its_keys_and_has_the_lower_s(domain, act, secret):
    key = SigningKey.of(secret.to_bytes(32, "big"))
    signature = sign_act(key, domain, act)
    assert len(signature) == 65
    assert int.from_bytes(signature[32:64], "big") <= (1 << 255)
    signer = Account._recover_hash(digest(domain, act), signature=signature)
    assert bytes.fromhex(signer[2:]) == key.address


def test_the_calldata_begins_with_the_selector():
    act = Act(Address(bytes(20)), (b"call",), 1, 2)
    data = encode_relay(Domain(1, Address(bytes(20))), [act], [bytes(65)])
    signature = "relay((address,bytes[],uint256,uint256)[],bytes[])"
    assert data[:4] == keccak(text=signature)[:4]
