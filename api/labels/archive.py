"""Volumes as one ZIP, sent while they are made: nothing of it is kept."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from api.labels.sheets import Volume


class _Sink(io.RawIOBase):
    """What a ZIP is written to and taken from. It has no place to go back to."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: Any, /) -> int:
        self._written += data
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self._written = bytes(self._written), bytearray()
        return taken


def zipped(volumes: Iterable[Volume]) -> Iterator[bytes]:
    """The bytes of a ZIP of PDF. Without its end, which comes only when all were read back, no
    program takes it for whole.
    """
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for volume in volumes:
            archive.writestr(ZipInfo(volume.name), volume.pdf)
            yield sink.take()
    yield sink.take()
