"""The RFC 6962 tree over the units of a run, in chunks of 1024 leaves.

A chunk of 1024 leaves is a whole subtree, so the tree over the chunks' roots has the very root that
one tree over all leaves has. However many units there are, a root is made with one chunk in memory,
and a path with one stored chunk and the roots of the others.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.hashing import EMPTY_ROOT, HASH_LENGTH, node_hash

CHUNK_BITS = 10
CHUNK = 1 << CHUNK_BITS
"""Leaves of a chunk; only the last one has fewer."""


def root_over(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes that stand on one level: of leaves, or of whole chunks in order."""
    return levels(hashes)[-1][0] if hashes else EMPTY_ROOT


def path_over(hashes: Sequence[bytes], place: int) -> list[bytes]:
    """What leads from one of them to the root, lowest first.

    Raises:
        IndexError: there is no such place.
    """
    if not 0 <= place < len(hashes):
        raise IndexError(place)
    return path_in(levels(hashes), place)


def path_in(tree: Sequence[Sequence[bytes]], place: int) -> list[bytes]:
    """The same, of a tree whose levels were made before."""
    siblings = ((level, place >> height ^ 1) for height, level in enumerate(tree))
    return [level[sibling] for level, sibling in siblings if sibling < len(level)]


def path_from(chunk: bytes, roots: Sequence[bytes], place: int) -> list[bytes]:
    """The inclusion path (RFC 6962) of the unit at a place of its run, lowest first. ``chunk`` are
    the leaf hashes of its chunk, one after the other; ``roots`` those of all chunks.

    Raises:
        IndexError: there is no such place.
    """
    number, within = divmod(place, CHUNK)
    return path_over(hashes_in(chunk), within) + path_over(roots, number)


def hashes_in(chunk: bytes) -> list[bytes]:
    """The hashes that stand one after the other."""
    return [chunk[i : i + HASH_LENGTH] for i in range(0, len(chunk), HASH_LENGTH)]


def path_length(place: int, count: int) -> int:
    """How many hashes the path from a place to the root over ``count`` leaves has."""
    length, last = 0, count - 1
    while last:
        length += place & 1 or place < last
        place, last = place >> 1, last >> 1
    return length


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """A tree, level by level, from the hashes themselves up to the root."""
    made = [list(hashes)]
    while len(below := made[-1]) > 1:
        level = [node_hash(*below[i : i + 2]) for i in range(0, len(below) - 1, 2)]
        made.append(level + below[len(level) * 2 :])
    return made
