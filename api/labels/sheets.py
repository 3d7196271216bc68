"""Many labels as volumes of a few sheets each: every volume is read back, then released.

Memory holds one volume, whatever the number of labels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from api.labels.checking import check_pdf
from api.labels.geometry import Geometry, Placing
from api.labels.label import Label
from api.labels.typesetting import Placed, Print, Sheet, pdf_of

LABELS_OF_A_VOLUME = 420
"""About so many labels, in whole sheets: 20 of an L7160, 2 MB of PDF."""


@dataclass(frozen=True, slots=True)
class Volume:
    """A PDF that was read back. Numbers count from 1; ``symbols`` were read in it."""

    number: int
    pdf: bytes
    labels: int
    sheets: int
    symbols: int

    @property
    def name(self) -> str:
        """Its file's name among others."""
        return f"labels-{self.number:04}.pdf"


def sheets_of_a_volume(geometry: Geometry) -> int:
    """Whole sheets, at least one."""
    return max(1, LABELS_OF_A_VOLUME // geometry.count)


def labels_of_first(geometry: Geometry, placing: Placing) -> int:
    """Labels that the first volume has room for."""
    return sheets_of_a_volume(geometry) * geometry.count - (placing.start - 1)


def volumes(
    labels: Iterable[Label], geometry: Geometry, printing: Print, placing: Placing | None = None
) -> Iterator[Volume]:
    """Labels as PDF, a volume at a time.

    Raises:
        CommandInvalid: the placing does not fit the sheet, or the codes not the label.
        SheetUnreadable: a volume did not read back; it is not released, nor any after it.
    """
    placing = placing or Placing()
    placing.check(geometry)
    every = _sheets(labels, geometry, printing, placing)
    number = 0
    while sheets := list(islice(every, sheets_of_a_volume(geometry))):
        number += 1
        pdf = pdf_of(sheets, geometry)
        symbols = check_pdf(pdf, sheets)
        yield Volume(number, pdf, sum(map(len, sheets)), len(sheets), symbols)


def _sheets(
    labels: Iterable[Label], geometry: Geometry, printing: Print, placing: Placing
) -> Iterator[Sheet]:
    every = iter(labels)
    first = placing.start - 1
    while some := list(islice(every, geometry.count - first)):
        yield [
            _placed(label, place, geometry, printing, placing)
            for place, label in enumerate(some, first)
        ]
        first = 0


def _placed(
    label: Label, place: int, geometry: Geometry, printing: Print, placing: Placing
) -> Placed:
    x, y = geometry.corner(place)
    right, down = placing.offset
    return Placed(label, printing.layout(label, geometry.label), x + right, y + down)
