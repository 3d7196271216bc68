"""Canonical bytes, domain tags, the journal's chain and RFC 6962 trees."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import DocumentInvalid
from ledger.hashing import (
    EMPTY_ROOT,
    MAX_DEPTH,
    MerkleTree,
    canonical,
    decimal_text,
    document_hash,
    entry,
    journal_next,
    journal_seed,
    leaf_hash,
    node_hash,
    root_of,
    sha256,
    tagged,
    verify_consistency,
    verify_inclusion,
)

RFC6962_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
RFC6962_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=("Cs",))).filter(lambda t: t.isascii()),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.text("abcdefghXYZ_", max_size=4), children, max_size=4)
    ),
    max_leaves=12,
)


class TestCanonical:
    def test_orders_keys_and_leaves_no_space(self):
        assert canonical({"b": [1, True, None], "a": "x"}) == b'{"a":"x","b":[1,true,null]}'

    def test_keys_are_ordered_by_utf_16_units_as_rfc_8785_says(self):
        value = {"\U0001f600": 1, "\ue000": 2}
        assert canonical(value) == '{"\U0001f600":1,"\ue000":2}'.encode()

    def test_decimals_are_text(self):
        assert canonical({"q": Decimal(25000), "r": Decimal("1.50")}) == b'{"q":"25000","r":"1.5"}'

    def test_integers_that_readers_disagree_about_are_text(self):
        assert canonical([2**53 - 1, 2**53, -(2**53)]) == (
            b'[9007199254740991,"9007199254740992","-9007199254740992"]'
        )

    def test_text_is_brought_to_nfc(self):
        assert canonical("e\u0301") == canonical("\u00e9")

    def test_keys_equal_in_nfc_are_refused(self):
        with pytest.raises(DocumentInvalid, match="equal"):
            canonical({"e\u0301": 1, "\u00e9": 2})

    @pytest.mark.parametrize("value", [1.0, b"bytes", object(), {1: 2}, "\ud800", Decimal("NaN")])
    def test_what_has_no_one_form_is_refused(self, value):
        with pytest.raises(DocumentInvalid):
            canonical({"value": value})

    def test_a_number_that_would_fill_the_memory_is_refused(self):
        with pytest.raises(DocumentInvalid, match="digits"):
            canonical(Decimal("1E+999999"))

    def test_depth_is_bounded(self):
        value: object = 1
        for _ in range(MAX_DEPTH):
            value = [value]
        assert canonical(value)
        with pytest.raises(DocumentInvalid, match="deeper"):
            canonical([value])

    @given(json_values)
    def test_reads_back_to_the_same_value(self, value):
        assert json.loads(canonical(value)) == value

    @given(
        st.decimals(
            allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9
        )
    )
    def test_decimal_text_is_exact_and_minimal(self, number):
        text = decimal_text(number)
        assert Decimal(text) == number
        assert text == decimal_text(Decimal(text))
        assert "E" not in text.upper()
        assert text != "-0"


def test_purposes_never_collide():
    assert tagged("unit", b"x") == b"lotmark/v1/unit\nx"
    assert sha256(tagged("unit", b"x")) != sha256(tagged("row", b"x"))


def test_a_document_stands_under_its_sha256():
    assert document_hash(b"abc").hex() == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


class TestJournal:
    ADDRESS = bytes(range(20))

    def test_the_seed_is_the_tag_the_chain_and_the_address(self):
        expected = hashlib.sha256(
            b"lotmark/v1/journal\n" + (31337).to_bytes(32, "big") + self.ADDRESS
        ).digest()[:24]
        assert journal_seed(31337, self.ADDRESS) == expected

    def test_another_chain_or_address_begins_elsewhere(self):
        seeds = {
            journal_seed(1, self.ADDRESS),
            journal_seed(2, self.ADDRESS),
            journal_seed(1, bytes(20)),
        }
        assert len(seeds) == 3

    def test_each_step_is_the_logs_bytes_and_its_block(self):
        topics, data = [b"\x01" * 32, b"\x02" * 32], b"\x03" * 64
        expected = hashlib.sha256(
            b"\x01" * 32 + b"\x02" * 32 + data + (7).to_bytes(8, "big")
        ).digest()[:24]
        assert journal_next(topics, data, 7) == expected

    def test_the_entry_is_the_count_and_the_running_hash(self):
        assert entry(5, b"\xaa" * 24) == bytes(7) + b"\x05" + b"\xaa" * 24

    @given(st.binary(min_size=1, max_size=96), st.integers(0, 2**64 - 1), st.data())
    def test_any_changed_bit_or_block_shows(self, data, block, draw):
        bit = draw.draw(st.integers(0, len(data) * 8 - 1))
        altered = (int.from_bytes(data, "big") ^ (1 << bit)).to_bytes(len(data), "big")
        assert journal_next([b"t" * 32], data, block) != journal_next([b"t" * 32], altered, block)
        assert journal_next([b"t" * 32], data, block) != journal_next(
            [b"t" * 32], data, (block + 1) % 2**64
        )


class TestMerkleTree:
    @pytest.mark.parametrize("size", range(1, 9))
    def test_roots_of_rfc_6962(self, size):
        assert root_of(RFC6962_LEAVES[:size]).hex() == RFC6962_ROOTS[size - 1]

    def test_the_empty_tree(self):
        assert root_of([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()

    def test_leaves_and_nodes_are_told_apart(self):
        assert leaf_hash(b"x") == hashlib.sha256(b"\x00x").digest()
        assert node_hash(b"l", b"r") == hashlib.sha256(b"\x01lr").digest()

    @pytest.mark.parametrize(
        ("index", "size", "path"),
        [
            (0, 1, []),
            (
                0,
                8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ],
            ),
            (
                5,
                8,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ],
            ),
        ],
    )
    def test_inclusion_paths_of_certificate_transparency(self, index, size, path):
        tree = MerkleTree(RFC6962_LEAVES[:size])
        assert [step.hex() for step in tree.inclusion_path(index)] == path

    def test_consistency_proof_of_certificate_transparency(self):
        proof = MerkleTree(RFC6962_LEAVES).consistency_proof(6)
        assert [step.hex() for step in proof] == [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]

    @given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.data())
    def test_every_leaf_is_proven_and_nothing_else(self, leaves, data):
        tree = MerkleTree(leaves)
        index = data.draw(st.integers(0, len(leaves) - 1))
        path = tree.inclusion_path(index)
        proven = (tree.leaf(index), index, len(tree), path, tree.root)
        assert verify_inclusion(*proven)
        assert not verify_inclusion(leaf_hash(b"another leaf"), *proven[1:])
        assert not verify_inclusion(*proven[:2], len(tree), [*path, tree.root], tree.root)
        assert not verify_inclusion(*proven[:3], path, sha256(tree.root))
        if path:
            assert not verify_inclusion(*proven[:3], path[:-1], tree.root)

    @given(st.lists(st.binary(max_size=8), max_size=70), st.data())
    def test_a_grown_tree_is_consistent_and_a_rewritten_one_is_not(self, leaves, data):
        tree = MerkleTree(leaves)
        old_size = data.draw(st.integers(0, len(leaves)))
        old_root = root_of(leaves[:old_size])
        proof = tree.consistency_proof(old_size)
        assert verify_consistency(old_size, old_root, len(tree), tree.root, proof)
        assert not verify_consistency(old_size, sha256(old_root), len(tree), tree.root, proof)
        if old_size:
            assert not verify_consistency(old_size, old_root, len(tree), sha256(tree.root), proof)
        assert not verify_consistency(old_size, old_root, len(tree), tree.root, [*proof, old_root])

    @given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.binary(max_size=8))
    def test_paths_equal_the_definition_of_the_rfc(self, leaves, other):
        def definition(data: list[bytes]) -> bytes:
            if len(data) == 1:
                return leaf_hash(data[0])
            split = 1 << (len(data) - 1).bit_length() - 1
            return node_hash(definition(data[:split]), definition(data[split:]))

        assert root_of(leaves) == definition(leaves)
        assert root_of([*leaves, other]) != root_of(leaves)

    @pytest.mark.parametrize("index", [-1, 3])
    def test_there_is_no_path_to_a_leaf_that_is_not(self, index):
        with pytest.raises(IndexError):
            MerkleTree([b"a", b"b", b"c"]).inclusion_path(index)

    def test_no_proof_to_a_larger_past(self):
        with pytest.raises(IndexError):
            MerkleTree([b"a"]).consistency_proof(2)

    @pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (0, 0)])
    def test_an_index_outside_the_tree_proves_nothing(self, index, size):
        assert not verify_inclusion(leaf_hash(b"a"), index, size, [], leaf_hash(b"a"))
