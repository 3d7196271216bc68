"""What is kept of a run, on disk from when it is made until it is committed.

Leaf hashes and addresses tell no secret. Only lookup keys, 16 bytes a unit, stay in memory, since
they are sorted before they are kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from api.printing.pressing import Pressed
from ledger.unit_trees import root_over
from ledger.vocabulary import DocumentHash
from records.units import Chunk


class Spool:
    """Chunks in the order in which they come. Close it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # see close
        self._sizes: list[tuple[int, int]] = []
        self._roots: list[bytes] = []
        self._keys = bytearray()

    def close(self) -> None:
        """Nothing of it is left."""
        self._file.close()

    def add(self, pressed: Pressed) -> None:
        """Takes the next chunk."""
        chunk = pressed.chunk
        self._file.write(chunk.leaves + chunk.codes)
        self._sizes.append((len(chunk.leaves), len(chunk.codes)))
        self._roots.append(chunk.root)
        self._keys += pressed.keys

    @property
    def root(self) -> DocumentHash:
        """The root over all leaves."""
        return DocumentHash(root_over(self._roots))

    @property
    def keys(self) -> bytes:
        """The lookup keys of all units, by place."""
        return bytes(self._keys)

    def chunks(self) -> Iterator[Chunk]:
        """The chunks again."""
        self._file.seek(0)
        for root, (leaves, codes) in zip(self._roots, self._sizes, strict=True):
            yield Chunk(root, self._file.read(leaves), self._file.read(codes))
