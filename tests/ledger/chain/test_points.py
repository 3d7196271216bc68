"""What hidden codes and members sign: our digests are those of another implementation of EIP-712,
and a signature's owner is told as the contract tells it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.points import (
    NOBODY,
    PointsSigners,
    claim_digest,
    redemption_digest,
    sign_claim,
    sign_redemption,
)
from ledger.chain.relay import Domain
from ledger.chain.signing import SigningKey
from ledger.commands import ClaimPoints, RedeemPoints
from ledger.vocabulary import Address, OrgId

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
FIELDS = {
    "Claim": [
        {"name": "lot", "type": "bytes32"},
        {"name": "index", "type": "uint64"},
        {"name": "member", "type": "address"},
    ],
    "Redemption": [
        {"name": "programme", "type": "uint32"},
        {"name": "member", "type": "address"},
        {"name": "org", "type": "uint32"},
        {"name": "redemption", "type": "bytes32"},
        {"name": "points", "type": "uint64"},
        {"name": "deadline", "type": "uint40"},
    ],
}
WORDS = st.binary(min_size=32, max_size=32)
ADDRESSES = st.binary(min_size=20, max_size=20).map(Address)
NUMBERS = st.integers(0, 2**32 - 1)
CLAIMS = st.builds(
    ClaimPoints,
    lot=WORDS,
    issue=NUMBERS,
    index=st.integers(0, 2**64 - 1),
    unit=WORDS,
    member=ADDRESSES,
    path=st.lists(WORDS, max_size=2).map(tuple),
    signature=st.just(b""),
)
REDEMPTIONS = st.builds(
    RedeemPoints,
    programme=NUMBERS,
    member=ADDRESSES,
    redemption=WORDS,
    points=st.integers(0, 2**48 - 1),
    deadline=st.integers(0, 2**40 - 1),
    signature=st.just(b""),
)
DOMAINS = st.builds(Domain, st.integers(1, 2**64), ADDRESSES, st.just("Loyalty"))
KEYS = st.integers(1, 2**128).map(lambda secret: SigningKey.of(secret.to_bytes(32, "big")))


def theirs(domain, kind, values):
    message = encode_typed_data(
        {
            "name": "Lotmark Loyalty",
            "version": "1",
            "chainId": domain.chain_id,
            "verifyingContract": "0x" + domain.address.hex(),
        },
        {kind: FIELDS[kind]},
        values,
    )
    return keccak(b"\x19" + message.version + message.header + message.body)


@given(DOMAINS, CLAIMS)
def test_the_digest_of_a_claim_is_that_of_others(domain, claim):
    values = {"lot": claim.lot, "index": claim.index, "member": "0x" + claim.member.hex()}
    assert claim_digest(domain, claim) == theirs(domain, "Claim", values)


@given(DOMAINS, REDEMPTIONS, NUMBERS)
def test_the_digest_of_a_redemption_is_that_of_others(domain, redemption, org):
    values = {
        "programme": redemption.programme,
        "member": "0x" + redemption.member.hex(),
        "org": org,
        "redemption": redemption.redemption,
        "points": redemption.points,
        "deadline": redemption.deadline,
    }
    assert redemption_digest(domain, redemption, OrgId(org)) == theirs(domain, "Redemption", values)


@given(DOMAINS, CLAIMS, KEYS)
def test_a_claim_is_its_codes(domain, claim, code):
    signed = sign_claim(code, domain, claim)
    assert replace(signed, signature=b"") == claim
    assert PointsSigners(domain).code_of(signed) == code.address
    assert PointsSigners(domain).code_of(replace(signed, index=claim.index ^ 1)) != code.address
    elsewhere = replace(domain, chain_id=domain.chain_id + 1)
    assert PointsSigners(elsewhere).code_of(signed) != code.address


@given(DOMAINS, REDEMPTIONS, NUMBERS, KEYS)
def test_a_redemption_is_its_members_and_one_organisations(domain, redemption, org, member):
    signed = sign_redemption(member, domain, redemption, OrgId(org))
    signers = PointsSigners(domain)
    assert replace(signed, signature=b"") == redemption
    assert signers.member_of(signed, OrgId(org)) == member.address
    assert signers.member_of(signed, OrgId(org ^ 1)) != member.address
    other = replace(signed, deadline=redemption.deadline ^ 1)
    assert signers.member_of(other, OrgId(org)) != member.address


@given(CLAIMS, KEYS)
def test_forms_that_the_contract_does_not_take_are_nobodys(claim, code):
    domain = Domain(1, Address(bytes(20)), "Loyalty")
    good = sign_claim(code, domain, claim).signature
    r, s, v = good[:32], int.from_bytes(good[32:64], "big"), good[64]
    twin = r + (ORDER - s).to_bytes(32, "big") + bytes([55 - v])
    assert Account._recover_hash(claim_digest(domain, claim), signature=twin)  # others take it
    for form in (twin, good[:64] + bytes([v - 27]), good + b"\0", good[:64], b"", bytes(65)):
        assert PointsSigners(domain).code_of(replace(claim, signature=form)) == NOBODY


@pytest.mark.parametrize("r", [0, 5, ORDER, 2**256 - 1])
def test_points_that_are_on_no_curve_are_nobodys(r):
    form = r.to_bytes(32, "big") + (1).to_bytes(32, "big") + bytes([27])
    word, member = bytes(32), Address(bytes(20))
    claim = ClaimPoints(word, 1, 0, word, member, (), form)
    assert PointsSigners(Domain(1, member, "Loyalty")).code_of(claim) == NOBODY
