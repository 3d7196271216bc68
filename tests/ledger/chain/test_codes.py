"""The key behind a hidden code is one that other implementations of the curve make, too."""

from __future__ import annotations

from eth_keys import keys
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.chain.codes import code_addresses, code_key
from ledger.hashing import sha256

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@settings(max_examples=20)
@given(st.lists(st.binary(min_size=16, max_size=16), min_size=1, max_size=4))
def test_addresses_are_those_of_the_keys(codes):
    assert code_addresses(codes) == [code_key(code).address for code in codes]


def test_the_key_is_repeated_with_sha_256_and_the_curve_alone():
    code = bytes(range(16))
    number = int.from_bytes(sha256(b"lotmark/v1/code\n" + code), "big") % (ORDER - 1) + 1
    key = keys.PrivateKey(number.to_bytes(32, "big"))
    assert code_key(code).secret == key.to_bytes()
    assert code_key(code).address == key.public_key.to_canonical_address()
