"""Units with hidden codes, members, and what both sign: for random acts, and checked by hand.

A lot's packs are in trees of a few sizes. What is signed is put together here from EIP-712 itself,
so that it shows what our own signing and the contract do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from eth_keys import keys
from eth_keys.exceptions import BadSignature
from eth_utils.crypto import keccak

from ledger import commands as c
from ledger import vocabulary as v
from ledger.hashing import MerkleTree, unit_leaf

NOBODY = v.Address(bytes(20))
SIZES = (1, 3, 6)
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@cache
def secret_key(name: str) -> keys.PrivateKey:
    """A key that everybody can make, by its name."""
    return keys.PrivateKey(keccak(text=name))


def address_of(name: str) -> v.Address:
    """Its address."""
    return v.Address(secret_key(name).public_key.to_canonical_address())


MEMBERS = tuple(address_of(f"member {number}") for number in range(4))


@dataclass(frozen=True)
class Packs:
    """Some units of a lot in their tree. The last of three has no hidden code."""

    lot: v.Id
    units: tuple[v.Id, ...]
    tree: MerkleTree

    @property
    def root(self) -> v.DocumentHash:
        return v.DocumentHash(self.tree.root)

    def path(self, place: int) -> tuple[v.DocumentHash, ...]:
        return tuple(map(v.DocumentHash, self.tree.inclusion_path(place)))

    def code(self, place: int) -> v.Address:
        """The address of a unit's hidden code."""
        return _code(self.units[place], place, len(self.units))


def _code(unit: v.Id, place: int, size: int) -> v.Address:
    return NOBODY if (size, place) == (3, 2) else address_of(unit.hex())


@cache
def packs(lot: v.Id, size: int) -> Packs:
    """So many units of a lot."""
    gtin = v.key_of(v.product_of(lot)).digits
    units = tuple(v.unit(gtin, f"{lot[9:].rstrip(bytes(1)).decode()}-{size}-{i}").id
                  for i in range(size))  # fmt: skip
    leaves = [unit_leaf(lot, unit, _code(unit, i, size)) for i, unit in enumerate(units)]
    return Packs(lot, units, MerkleTree(leaves))


@cache
def packs_with(lot: v.Id, root: bytes) -> Packs | None:
    """The units in a tree with this root."""
    made = (packs(lot, size) for size in SIZES)
    return next((each for each in made if each.root == root), None)


def _word(value: int | bytes) -> bytes:
    if isinstance(value, bytes):
        return value.rjust(32, b"\0")
    return value.to_bytes(32, "big")


@dataclass(frozen=True)
class Signed:
    """What is signed for one Loyalty on one chain, and by whom (`ledger.rules.Signers`)."""

    chain_id: int
    loyalty: v.Address

    def claim(self, lot: v.Id, index: int, member: v.Address) -> bytes:
        """What a hidden code signs."""
        kind = keccak(text="Claim(bytes32 lot,uint64 index,address member)")
        return self._digest(kind, lot, index, member)

    def redemption(self, asked: c.RedeemPoints, org: v.OrgId) -> bytes:
        """What a member signs."""
        kind = keccak(
            text="Redemption(uint32 programme,address member,uint32 org,bytes32 redemption,"
            "uint64 points,uint40 deadline)"
        )
        values = (asked.redemption, asked.points, asked.deadline)
        return self._digest(kind, asked.programme, asked.member, org, *values)

    def _digest(self, kind: bytes, *values: int | bytes) -> bytes:
        domain = keccak(
            text="EIP712Domain(string name,string version,uint256 chainId,"
            "address verifyingContract)"
        )
        words = (domain, keccak(text="Lotmark Loyalty"), keccak(text="1"), self.chain_id)
        separator = keccak(b"".join(map(_word, (*words, self.loyalty))))
        return keccak(b"\x19\x01" + separator + keccak(b"".join(map(_word, (kind, *values)))))

    def code_of(self, claim: c.ClaimPoints) -> v.Address:
        return signer_of(self.claim(claim.lot, claim.index, claim.member), claim.signature)

    def member_of(self, redemption: c.RedeemPoints, org: v.OrgId) -> v.Address:
        return signer_of(self.redemption(redemption, org), redemption.signature)


def sign(name: str, digest: bytes) -> bytes:
    """r, s, v of a named key, with the lower s."""
    signature = secret_key(name).sign_msg_hash(digest)
    return signature.to_bytes()[:64] + bytes([27 + signature.v])


def twin(signature: bytes) -> bytes:
    """The other signature by the same key: with the higher s."""
    s = _ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([27 + 28 - signature[64]])


@cache
def signer_of(digest: bytes, signature: bytes) -> v.Address:
    """Whose signature it is: in one form only, and nobody's where it is none."""
    if len(signature) != 65 or signature[64] not in (27, 28):
        return NOBODY
    if int.from_bytes(signature[32:64], "big") > _HALF_ORDER:
        return NOBODY
    try:
        read = keys.Signature(signature[:64] + bytes([signature[64] - 27]))
        found = read.recover_public_key_from_msg_hash(digest)
    except (BadSignature, ValueError):
        return NOBODY
    return v.Address(found.to_canonical_address())
