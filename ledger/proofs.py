"""The proof of a unit: one small piece of JSON, to be checked by anyone, anywhere, without us.

It says which unit of which issue it is about, and leads from the unit to the root that stands on
chain. It is not believed in any of that: who checks it brings the root, from paper or from a node
of their own. Canonical JSON (RFC 8785), 2 kB at most; what is written in any other way is refused.

The id of a unit is on its label and nowhere else: serials are not kept. A proof that was made
without the label has the leaf's hash instead, and says all only together with the label.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from ledger.errors import KeyInvalid, ProofMalformed, UnitNotProven
from ledger.hashing import HASH_LENGTH, canonical, leaf_hash, sha256, tagged, unit_leaf
from ledger.hashing import verify_inclusion as included
from ledger.unit_trees import path_length
from ledger.vocabulary import MAX_AMOUNT, Address, DocumentHash, Id, Kind, key_of, product_of

VERSION = 1
MOST_BYTES = 2048
"""Of a proof as JSON."""
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*", re.ASCII)
_FIELDS = {
    "v", "chain", "contract", "lot", "issue", "first", "count", "root", "index", "code", "path",
    "sum",
}  # fmt: skip
_SUM_BYTES = 8
_ADDRESS = 20
_LARGEST_ISSUE = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Issued:
    """Where the issue was written: a block and the transaction in it."""

    block: int
    tx: bytes


@dataclass(frozen=True, slots=True)
class UnitProof:
    """That a unit is number ``index`` of its lot. The issue has ``count`` units with the indexes
    from ``first`` on; ``contract`` is the UnitRegistry that it stands in. ``code`` is the address
    of the hidden code, zero where there is none. Either ``unit``, its id, or ``leaf``, the hash of
    its leaf, is there. ``path`` leads from the leaf to ``root``, lowest first.
    """

    chain_id: int
    contract: Address
    lot: Id
    issue: int
    first: int
    count: int
    root: DocumentHash
    index: int
    code: Address
    path: tuple[bytes, ...]
    unit: Id | None = None
    leaf: bytes | None = None
    issued: Issued | None = None

    def to_json(self) -> bytes:
        """Its one form."""
        members = self._members()
        return canonical(members | {"sum": _sum(members)})

    def _members(self) -> dict[str, Any]:
        members: dict[str, Any] = {
            "v": VERSION,
            "chain": self.chain_id,
            "contract": _hex(self.contract),
            "lot": _hex(self.lot),
            "issue": self.issue,
            "first": self.first,
            "count": self.count,
            "root": _hex(self.root),
            "index": self.index,
            "code": _hex(self.code),
            "path": base64.b64encode(b"".join(self.path)).decode(),
        }
        members |= {"unit": _hex(self.unit)} if self.unit is not None else {}
        members |= {"leaf": _hex(self.leaf)} if self.leaf is not None else {}
        if self.issued is not None:
            members["issued"] = {"block": self.issued.block, "tx": _hex(self.issued.tx)}
        return members


@dataclass(frozen=True, slots=True)
class Pinned:
    """What a verifier knows by itself. The root must be known; what else is None is not compared,
    and what the proof says of it is not shown.
    """

    root: bytes
    chain_id: int | None = None
    contract: bytes | None = None
    lot: bytes | None = None
    issue: int | None = None
    first: int | None = None
    count: int | None = None


def verify_unit(proof: UnitProof, pinned: Pinned, unit: Id | None = None) -> None:
    """Checks a proof; ``unit`` is the id that the label says, where the verifier has it.

    Raises:
        UnitNotProven: it is about something else than is pinned, or does not lead to the root.
    """
    for name in Pinned.__slots__:
        known, said = getattr(pinned, name), getattr(proof, name)
        if known is not None and known != said:
            raise UnitNotProven(f"the proof is about another {name.replace('_', ' ')}", part=name)
    leaf = proof.leaf
    named = unit or proof.unit
    if named is not None:
        leaf = leaf_hash(unit_leaf(proof.lot, named, proof.code))
        if (proof.unit or named) != named or (proof.leaf or leaf) != leaf:
            raise UnitNotProven("the proof is about another unit", part="unit")
    place = proof.index - proof.first
    if leaf is None or not included(leaf, place, proof.count, proof.path, pinned.root):
        raise UnitNotProven("the path does not lead to the root", part="path")


def proof_from_json(data: bytes | str) -> UnitProof:
    """A proof from its one form; nothing else is taken.

    Raises:
        ProofMalformed: longer than 2 kB, another version, a field missing, unknown or out of range,
            a path of a wrong length, damaged, or not canonical. ``field`` names the first fault.
    """
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MOST_BYTES:
        raise ProofMalformed(f"a proof has {MOST_BYTES} bytes at most", length=len(raw))
    try:
        members = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ProofMalformed(f"a proof is JSON: {error}") from error
    if not isinstance(members, dict):
        raise ProofMalformed("a proof is a JSON object")
    proof = _read(members)
    if proof.to_json() != raw:
        raise ProofMalformed("the proof is damaged, or not written in its one form", field="sum")
    return proof


def _read(members: dict[str, Any]) -> UnitProof:
    if members.get("v") != VERSION or members["v"] is True:
        raise ProofMalformed("no proof of a version that is known", field="v")
    given = members.keys() - {"issued"}
    if given not in (_FIELDS | {"unit"}, _FIELDS | {"leaf"}):
        wrong = sorted(given ^ _FIELDS - {"unit", "leaf"}) or ["unit"]
        raise ProofMalformed(f"fields are missing or too many: {wrong[0]}", field=wrong[0])
    lot = _id(members, "lot", Kind.LOT)
    unit = _id(members, "unit", Kind.UNIT) if "unit" in members else None
    if unit is not None and product_of(unit) != product_of(lot):
        raise ProofMalformed("unit and lot are of different products", field="unit")
    first, count = _integer(members, "first", 0), _integer(members, "count", 1)
    index = _integer(members, "index", 0)
    if not first <= index < first + count:
        raise ProofMalformed("the index is outside the issue", field="index")
    return UnitProof(
        chain_id=_integer(members, "chain", 1),
        contract=Address(_octets(members, "contract", _ADDRESS)),
        lot=lot,
        issue=_integer(members, "issue", 1, _LARGEST_ISSUE),
        first=first,
        count=count,
        root=DocumentHash(_octets(members, "root", HASH_LENGTH)),
        index=index,
        code=Address(_octets(members, "code", _ADDRESS)),
        path=_path(members, path_length(index - first, count)),
        unit=unit,
        leaf=_octets(members, "leaf", HASH_LENGTH) if "leaf" in members else None,
        issued=_issued(members["issued"]) if "issued" in members else None,
    )


def _issued(value: Any) -> Issued:
    if not isinstance(value, dict) or value.keys() != {"block", "tx"}:
        raise ProofMalformed("issued has block and tx", field="issued")
    return Issued(_integer(value, "block", 0), _octets(value, "tx", HASH_LENGTH))


def _path(members: dict[str, Any], length: int) -> tuple[bytes, ...]:
    text = members["path"]
    try:
        joined = base64.b64decode(text, validate=True) if isinstance(text, str) else b"-"
    except (binascii.Error, ValueError) as error:
        raise ProofMalformed("the path is no base64", field="path") from error
    if len(joined) != length * HASH_LENGTH:
        raise ProofMalformed(f"the path has not {length} hashes", field="path", length=length)
    return tuple(joined[i : i + HASH_LENGTH] for i in range(0, len(joined), HASH_LENGTH))


def _id(members: dict[str, Any], name: str, kind: Kind) -> Id:
    packed = _octets(members, name, HASH_LENGTH)
    try:
        found = key_of(packed).kind
    except KeyInvalid as error:
        raise ProofMalformed(f"{name} is no GS1 key: {error.message}", field=name) from error
    if found is not kind:
        raise ProofMalformed(f"{name} is the id of another kind", field=name)
    return Id(packed)


def _octets(members: dict[str, Any], name: str, length: int) -> bytes:
    text = members[name]
    if not isinstance(text, str) or not _HEX.fullmatch(text) or len(text) != 2 + 2 * length:
        raise ProofMalformed(f"{name} is not 0x and {2 * length} hexadecimal digits", field=name)
    return bytes.fromhex(text[2:])


def _integer(members: dict[str, Any], name: str, least: int, most: int = MAX_AMOUNT) -> int:
    value = members[name]
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)  # beyond 2**53 - 1 canonical JSON writes integers as text
    if type(value) is not int or not least <= value <= most:
        raise ProofMalformed(f"{name} is no whole number from {least} on", field=name)
    return value


def _sum(members: dict[str, Any]) -> str:
    """Tells a slip of the pen at once. It proves nothing: anyone can write another."""
    return sha256(tagged("unit proof", canonical(members)))[:_SUM_BYTES].hex()


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
