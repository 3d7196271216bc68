"""A block's bloom filter: whether logs of a contract may be in it."""

from __future__ import annotations

from collections.abc import Iterable

import sha3

_DIGITS = 512
_START = 2  # after 0x


class Bloom:
    """Asks filters about some addresses (Ethereum yellow paper, section 4.3.1).

    For each address three bits are set; in the text ``0x`` + 512 digits bit 0 is the last digit's
    lowest.
    """

    def __init__(self, addresses: Iterable[bytes]) -> None:
        self._tests = [tuple(_places(address)) for address in addresses]

    def may_have(self, bloom: str) -> bool:
        """Whether a block with this filter may have logs of one of the addresses.

        A filter of wrong length may have anything.
        """
        if len(bloom) != _START + _DIGITS:
            return True
        return any(all(int(bloom[at], 16) & mask for at, mask in places) for places in self._tests)


def _places(address: bytes) -> Iterable[tuple[int, int]]:
    digest: bytes = sha3.keccak_256(address).digest()
    for i in (0, 2, 4):
        bit = int.from_bytes(digest[i : i + 2], "big") & 2047
        yield _START + _DIGITS - 1 - bit // 4, 1 << (bit % 4)
