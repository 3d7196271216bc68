"""Proofs of units: small, in one form only, and never accepted once anything in them is changed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ledger.errors import ProofMalformed, UnitNotProven
from ledger.hashing import MerkleTree, canonical, unit_leaf
from ledger.proofs import MOST_BYTES, Issued, Pinned, UnitProof, proof_from_json, verify_unit
from ledger.vocabulary import Address, DocumentHash, Id, lot, unit

GTIN = "09521235000012"
LOT = lot(GTIN, "SAL-A").id
CONTRACT = Address(bytes(range(20)))
FIRST = 7
UNITS = [unit(GTIN, f"SERIAL-{n}").id for n in range(21)]
CODES = [Address(bytes([n]) * 20) for n in range(21)]


def tree(count: int) -> MerkleTree:
    return MerkleTree(unit_leaf(LOT, UNITS[n], CODES[n]) for n in range(count))


def proof_of(place: int, count: int, *, named: bool = True) -> UnitProof:
    made = tree(count)
    return UnitProof(
        31337, CONTRACT, LOT, 3, FIRST, count, DocumentHash(made.root), FIRST + place,
        CODES[place], tuple(made.inclusion_path(place)),
        unit=UNITS[place] if named else None,
        leaf=None if named else made.leaf(place),
        issued=Issued(12, bytes(32)),
    )  # fmt: skip


def pinned_of(proof: UnitProof) -> Pinned:
    return Pinned(
        proof.root, proof.chain_id, proof.contract, proof.lot, proof.issue, proof.first, proof.count
    )


PLACES = st.integers(1, 21).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n)))


@given(PLACES, st.booleans())
def test_a_proof_is_read_back_and_verified(where, named):
    proof = proof_of(*where, named=named)
    assert proof_from_json(proof.to_json()) == proof
    assert proof_from_json(proof.to_json().decode()) == proof
    verify_unit(proof, pinned_of(proof))
    verify_unit(proof, Pinned(proof.root), UNITS[where[0]])


@given(PLACES, st.booleans(), st.data())
def test_a_proof_with_another_byte_is_never_accepted(where, named, data):
    raw = proof_of(*where, named=named).to_json()
    place = data.draw(st.integers(0, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != raw[place]))
    with pytest.raises(ProofMalformed):
        proof_from_json(raw[:place] + bytes([other]) + raw[place + 1 :])


@given(PLACES, st.booleans(), st.data())
def test_a_proof_that_is_forged_with_care_leads_nowhere(where, named, data):
    proof = proof_of(*where, named=named)
    forged = data.draw(st.sampled_from(FORGERIES))(proof, data)
    assume(forged != proof)
    assert forged.to_json() != proof.to_json()
    with pytest.raises((ProofMalformed, UnitNotProven)):
        verify_unit(proof_from_json(forged.to_json()), pinned_of(proof), UNITS[where[0]])


FORGERIES = [
    lambda p, data: replace(p, chain_id=data.draw(st.integers(1, 99))),
    lambda p, data: replace(p, contract=Address(data.draw(st.binary(min_size=20, max_size=20)))),
    lambda p, data: replace(p, lot=lot(GTIN, data.draw(st.sampled_from(["A", "B"]))).id),
    lambda p, data: replace(p, issue=data.draw(st.integers(1, 9))),
    lambda p, data: replace(p, first=data.draw(st.integers(0, 20))),
    lambda p, data: replace(p, count=data.draw(st.integers(1, 40))),
    lambda p, data: replace(p, index=data.draw(st.integers(0, 40))),
    lambda p, data: replace(p, root=DocumentHash(data.draw(st.binary(min_size=32, max_size=32)))),
    lambda p, data: replace(p, unit=data.draw(st.sampled_from(UNITS)), leaf=None),
    lambda p, data: replace(p, unit=None, leaf=data.draw(st.binary(min_size=32, max_size=32))),
    lambda p, _: replace(p, path=tuple(reversed(p.path))),
    lambda p, _: replace(p, path=p.path[1:]),
    lambda p, _: replace(p, path=(*p.path, bytes(32))),
    lambda p, data: replace(p, path=tuple(data.draw(st.permutations(p.path)))),
    lambda p, data: replace(
        p, code=Address(data.draw(st.binary(min_size=20, max_size=20))), leaf=None,
        unit=p.unit or UNITS[p.index - p.first],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"v": 2}, "v"),
        ({"v": True}, "v"),
        ({"more": 1}, "more"),
        ({"leaf": "0x" + "00" * 32}, "leaf"),
        ({"unit": None}, "unit"),
        ({"lot": "0x" + UNITS[0].hex()}, "lot"),
        ({"lot": "0x" + "00" * 32}, "lot"),
        ({"unit": "0x" + unit("09521234000013", "A").id.hex()}, "unit"),
        ({"issue": 0}, "issue"),
        ({"issue": 2**32}, "issue"),
        ({"count": 2**63}, "count"),
        ({"first": -1}, "first"),
        ({"first": 1.0}, "first"),
        ({"index": 6}, "index"),
        ({"index": 12}, "index"),
        ({"code": "0x" + "AA" * 20}, "code"),
        ({"path": "===="}, "path"),
        ({"path": 5}, "path"),
        ({"path": ""}, "path"),
        ({"issued": {"block": 1}}, "issued"),
        ({"chain": "31337"}, "sum"),
        ({"sum": "00" * 8}, "sum"),
    ],
)
def test_what_is_wrong_is_named(change, field):
    members = json.loads(proof_of(2, 5).to_json()) | change
    members = {name: value for name, value in members.items() if value is not None}
    with pytest.raises(ProofMalformed) as caught:
        proof_from_json(json.dumps(members, sort_keys=True, separators=(",", ":")))
    assert caught.value.field == field


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b"{", b"null", b"[" * 2000, b"\xff", b" " * (MOST_BYTES + 1), "\ud800"],
)
def test_what_is_no_proof_is_refused(raw):
    with pytest.raises(ProofMalformed):
        proof_from_json(raw)


@given(st.sampled_from([b" ", b"\n", b"{}", b"\x00"]), st.booleans())
@example(b"\n", False)
def test_nothing_stands_before_or_after_it(more, before):
    raw = proof_of(2, 5).to_json()
    with pytest.raises(ProofMalformed):
        proof_from_json(more + raw if before else raw + more)
    with pytest.raises(ProofMalformed):
        proof_from_json(json.dumps(json.loads(raw)))


def test_without_the_label_only_the_leaf_is_proven():
    proof = proof_of(2, 5, named=False)
    verify_unit(proof, Pinned(proof.root))
    verify_unit(proof, Pinned(proof.root), UNITS[2])
    with pytest.raises(UnitNotProven):
        verify_unit(proof, Pinned(proof.root), UNITS[3])


def test_the_proof_of_one_of_a_million_has_less_than_2_kb():
    path = tuple(bytes([n]) * 32 for n in range(20))
    longest = Id(unit(GTIN, "7K3M9QX2HB4C5D6E7F8G").id)
    proof = UnitProof(
        2**31, CONTRACT, LOT, 2**32 - 1, 2**53, 2**20, DocumentHash(bytes(32)), 2**53 + 5,
        CODES[1], path, unit=longest, issued=Issued(2**40, bytes(32)),
    )  # fmt: skip
    raw = proof.to_json()
    assert len(raw) < MOST_BYTES
    assert proof_from_json(raw) == proof
    assert canonical(json.loads(raw)) == raw
