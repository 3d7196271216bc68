"""Every hash of Lotmark: canonical bytes, domain tags, the journal's chain, RFC 6962 trees.

A stranger repeats all of this with SHA-256 alone. Each purpose has a tag of its own inside the
hashed data, so that a hash made for one purpose never stands for another, and standard RFC 6962
tools work on our trees.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import rfc8785

from ledger.errors import DocumentInvalid
from ledger.vocabulary import DocumentHash, Id

MAX_DEPTH = 64
"""How deep a value may nest to be canonical."""
MAX_SAFE_INTEGER = 2**53 - 1
"""Beyond this, readers of JSON disagree about an integer (RFC 8785, section 3.2.2.3)."""
_MAX_EXPONENT = 128
_MAX_DIGITS = 128

HASH_LENGTH = 32
HEAD_LENGTH = 24
"""The journal's running hash is cut to 24 bytes: it shares a slot with an 8-byte count."""


def sha256(data: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(data).digest()


def document_hash(data: bytes) -> DocumentHash:
    """The hash of a document or statement on chain: SHA-256 of its exact bytes."""
    return DocumentHash(sha256(data))


def tagged(purpose: str, data: bytes) -> bytes:
    """Data under its purpose's tag: ``lotmark/v1/<purpose>`` and a line feed before it."""
    return f"lotmark/v1/{purpose}\n".encode("ascii") + data


# --- canonical JSON: RFC 8785 with our profile ---


def decimal_text(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros: ``1E+2`` is ``100``, ``2.50`` is
    ``2.5``.

    Raises:
        DocumentInvalid: not finite, or so long that its digits would fill the memory.
    """
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise DocumentInvalid(f"{number} is no number of a document", value=str(number))
    if abs(exponent) > _MAX_EXPONENT or len(number.as_tuple().digits) > _MAX_DIGITS:
        raise DocumentInvalid(
            "a number has more digits than a document may hold", digits=_MAX_DIGITS
        )
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def canonical(value: object) -> bytes:
    """The one byte form of a JSON value: RFC 8785 after our profile.

    Decimals and integers beyond 2**53 - 1 are written as decimal strings, floats are refused, text
    is brought to Unicode NFC. Two values are the same to us exactly when these bytes are equal.

    Raises:
        DocumentInvalid: a float, a type outside JSON, nesting deeper than 64, a lone surrogate, or
            two keys that are equal after NFC.
    """
    return rfc8785.dumps(_profiled(value, MAX_DEPTH))


def _profiled(value: object, depth: int) -> Any:
    if depth < 0:
        raise DocumentInvalid(f"nested deeper than {MAX_DEPTH}", depth=MAX_DEPTH)
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case int():
            return value if abs(value) <= MAX_SAFE_INTEGER else str(value)
        case Decimal():
            return decimal_text(value)
        case Mapping():
            return _members(value, depth)
        case list() | tuple():
            return [_profiled(item, depth - 1) for item in value]
    raise DocumentInvalid(
        f"{type(value).__name__} has no place in canonical JSON", type=type(value).__name__
    )


def _members(value: Mapping[str, object], depth: int) -> dict[str, Any]:
    members = {_text(name): _profiled(member, depth - 1) for name, member in value.items()}
    if len(members) != len(value):
        raise DocumentInvalid("two keys of an object are equal in Unicode NFC")
    return members


def _text(text: object) -> str:
    if not isinstance(text, str):
        raise DocumentInvalid("a key of an object is no text", type=type(text).__name__)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DocumentInvalid("text with half a surrogate pair is no Unicode") from error
    return unicodedata.normalize("NFC", text)


# --- the journal of a contract (its Solidity twin is contracts/Journal.sol) ---


def journal_seed(chain_id: int, address: bytes) -> bytes:
    """The running hash of an empty journal, 24 bytes: bound to one chain and one address."""
    return sha256(tagged("journal", chain_id.to_bytes(32, "big") + address))[:HEAD_LENGTH]


def journal_next(topics: Sequence[bytes], data: bytes, block: int) -> bytes:
    """The running hash after a log, 24 bytes.

    The data begins with the log's entry, which holds the running hash before it: so each log seals
    all before it.
    """
    return sha256(b"".join(topics) + data + block.to_bytes(8, "big"))[:HEAD_LENGTH]


def entry(count: int, head: bytes) -> bytes:
    """The first data word of the next log: the count of logs before it and their running hash."""
    return count.to_bytes(8, "big") + head


# --- RFC 6962 trees ---

EMPTY_ROOT = sha256(b"")
"""Root of the tree without leaves (RFC 6962, section 2.1)."""


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962: SHA-256(0x00 || data)."""
    return sha256(b"\x00" + data)


def unit_leaf(lot: Id, unit: Id, code: bytes = bytes(20)) -> bytes:
    """What a unit's leaf hashes (`contracts/interfaces/IUnitRegistry.sol`): 100 bytes. ``code`` is
    the address of the hidden code, zero where there is none.
    """
    return tagged("unit", lot + unit + code)


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right)


class MerkleTree:
    """An RFC 6962 tree over ``leaves``, kept level by level so that a path costs no hashing.

    A level pairs the nodes below it; a last one without partner moves up as it is, which gives the
    same root as the RFC's split at the largest power of two.
    """

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [[leaf_hash(leaf) for leaf in leaves]]
        while len(below := self._levels[-1]) > 1:
            level = [node_hash(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)]
            self._levels.append(level + below[len(level) * 2 :])

    def __len__(self) -> int:
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        return self._levels[-1][0] if len(self) else EMPTY_ROOT

    def leaf(self, index: int) -> bytes:
        """Hash of the leaf at ``index``, from 0."""
        return self._levels[0][index]

    def inclusion_path(self, index: int) -> list[bytes]:
        """RFC 6962, section 2.1.1: what leads from a leaf to the root, lowest first.

        Raises:
            IndexError: there is no such leaf.
        """
        if not 0 <= index < len(self):
            raise IndexError(index)
        siblings = ((level, index >> height ^ 1) for height, level in enumerate(self._levels))
        return [level[place] for level, place in siblings if place < len(level)]

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """RFC 6962, section 2.1.2: that the first ``old_size`` leaves are still those of an older
        tree.

        Raises:
            IndexError: the older tree would be larger than this one.
        """
        if not 0 <= old_size <= len(self):
            raise IndexError(old_size)
        return self._subproof(old_size, 0, len(self), whole=True) if old_size else []

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if whole else [self._subtree(start, end)]
        split = 1 << (end - start - 1).bit_length() - 1
        middle = start + split
        if old <= split:
            return [*self._subproof(old, start, middle, whole=whole), self._subtree(middle, end)]
        return [
            *self._subproof(old - split, middle, end, whole=False),
            self._subtree(start, middle),
        ]

    def _subtree(self, start: int, end: int) -> bytes:
        height = (end - start - 1).bit_length()
        return self._levels[height][start >> height]


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Root of the RFC 6962 tree over ``leaves``."""
    return MerkleTree(leaves).root


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``leaf`` (a leaf's hash) stands at ``index`` of the tree of ``size`` leaves under
    ``root``.

    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _to_right_edge(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the tree of ``size`` leaves begins with all leaves of the older one.

    RFC 9162, section 2.1.4.2; the empty tree is the beginning of every tree.
    """
    if not 0 <= old_size <= size:
        return False
    if old_size == 0:
        return old_root == EMPTY_ROOT and not proof and (size > 0 or root == EMPTY_ROOT)
    if old_size == size:
        return old_root == root and not proof
    steps = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    return bool(steps) and _climb(old_size - 1, size - 1, steps) == (old_root, root)


def _climb(place: int, last: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            place, last = _to_right_edge(place, last)
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None


def _to_right_edge(place: int, last: int) -> tuple[int, int]:
    """Skip the levels on which a node at the tree's right edge has no partner and only moves up."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
