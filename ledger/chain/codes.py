"""The one-time key behind a hidden code. Its address stands in the unit's leaf, so that a claim
signed with it proves the code without telling it to anyone.
"""

from __future__ import annotations

from collections.abc import Sequence

import sha3
from coincurve import PublicKey

from ledger.chain.signing import SigningKey
from ledger.hashing import sha256, tagged
from ledger.vocabulary import Address

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""Of the curve secp256k1 (SEC 2, section 2.4.1)."""


def code_key(code: bytes) -> SigningKey:
    """The key of a hidden code, 16 bytes; its address stands in the leaf."""
    return SigningKey.of(code_secret(code))


def code_secret(code: bytes) -> bytes:
    """The private key of a hidden code, 32 bytes: SHA-256 over the tagged code, brought into the
    range from 1 to the order of the curve less 1.
    """
    number = int.from_bytes(sha256(tagged("code", code)), "big") % (_ORDER - 1) + 1
    return number.to_bytes(32, "big")


def code_addresses(codes: Sequence[bytes]) -> list[Address]:
    """The addresses of hidden codes: as `code_key` has them, without making the keys whole."""
    publics = (PublicKey.from_secret(code_secret(code)).format(compressed=False) for code in codes)
    return [Address(sha3.keccak_256(public[1:]).digest()[-20:]) for public in publics]
