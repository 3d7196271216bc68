"""Units as a maker prints them: serials, hidden codes, and the tree over their leaves.

printed = Printed(flour, 0, 10)
mill.act(("issueUnits", flour, 10, 1, printed.root), at=contracts.units)
shop.act(("sellProvenUnit", flour, 1, 7, *printed.proof(7)), at=contracts.units)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from web3 import Web3

from ledger.hashing import MerkleTree, unit_leaf
from ledger.vocabulary import Id, key_of, unit


@dataclass(frozen=True)
class Printed:
    """The units of one issue: ``count`` of them from index ``first`` of the lot on."""

    lot: Id
    first: int
    count: int
    coded: bool = True
    """Whether there is a hidden code under each unit's layer."""

    def unit(self, index: int) -> Id:
        """The packed id of a unit."""
        return unit(key_of(self.lot).digits, f"U{index}").id

    def code(self, index: int) -> bytes:
        """The address of a unit's hidden code."""
        return hashlib.sha256(self.unit(index)).digest()[:20] if self.coded else bytes(20)

    @cached_property
    def tree(self) -> MerkleTree:
        indexes = range(self.first, self.first + self.count)
        return MerkleTree(unit_leaf(self.lot, self.unit(i), self.code(i)) for i in indexes)

    @property
    def root(self) -> bytes:
        return self.tree.root

    def proof(self, index: int) -> tuple[Id, str, list[bytes]]:
        """Unit, code and path, as the contracts ask for them."""
        code = Web3.to_checksum_address(self.code(index))
        return self.unit(index), code, self.tree.inclusion_path(index - self.first)
