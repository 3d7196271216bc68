"""Many labels come as volumes that were each read back, with one in memory at a time."""

import io
import tracemalloc
import zipfile
from dataclasses import replace
from itertools import islice

import pytest

from api.labels import sheets as made
from api.labels.archive import zipped
from api.labels.geometry import Placing, geometry
from api.labels.sheets import labels_of_first, sheets_of_a_volume, volumes
from api.labels.typesetting import Print
from ledger.errors import CommandInvalid, SheetUnreadable
from tests.api.labels.printing import endless, labels, pages, text_of, zxing

SHEET = geometry("L7160")


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch):
    """Two sheets a volume."""
    monkeypatch.setattr(made, "LABELS_OF_A_VOLUME", 42)


def test_volumes_hold_every_label_once_in_order():
    some = labels(100, codes=False)
    found = list(volumes(some, SHEET, Print()))
    assert [(v.number, v.labels, v.sheets, v.symbols) for v in found] == [
        (1, 42, 2, 84), (2, 42, 2, 84), (3, 16, 1, 32),
    ]  # fmt: skip
    told = "".join(text_of(volume.pdf) for volume in found)
    places = [told.index(each.serial) for each in some]
    assert places == sorted(places)


def test_they_come_while_labels_are_still_being_made():
    assert next(volumes(endless(), SHEET, Print())).labels == 42


def test_a_used_sheet_is_begun_at_its_first_free_label():
    (volume,) = volumes(labels(5), SHEET, Print(), Placing(start=20))
    first, second = pages(volume.pdf)
    assert (volume.sheets, volume.labels) == (2, 5)
    dots = 300 / 25.4
    _, top = SHEET.corner(18)
    assert first[: round(top * dots)].min() > 200  # the rows above are gone
    assert len(zxing(first)) >= 4
    assert len(zxing(second)) >= 6
    assert labels_of_first(SHEET, Placing(start=20)) == 42 - 19


def test_an_offset_moves_everything():
    (plain,) = volumes(labels(1), SHEET, Print())
    (moved,) = volumes(labels(1), SHEET, Print(), Placing(1, (2.54, 5.08)))
    one, other = pages(plain.pdf)[0], pages(moved.pdf)[0]
    assert abs(one[:-60, :-30].astype(int) - other[60:, 30:]).mean() < 0.5


def test_a_volume_that_does_not_read_back_is_not_released():
    """The label's picture is of one code, its word of another: as if the encoder had failed."""
    some = labels(60)
    bad = replace(some[50])
    bad.__dict__["outer"] = replace(some[0].outer, text=bad.link)
    stream = volumes([*some[:50], bad, *some[51:]], SHEET, Print())
    assert next(stream).number == 1
    with pytest.raises(SheetUnreadable):
        next(stream)
    assert list(stream) == []


def test_a_zip_streams_and_is_whole_only_when_all_was_read_back():
    parts = list(zipped(volumes(labels(100), SHEET, Print())))
    assert len(parts) == 4  # a part a volume, and the end
    with zipfile.ZipFile(io.BytesIO(b"".join(parts))) as archive:
        assert archive.namelist() == [f"labels-{n:04}.pdf" for n in (1, 2, 3)]
        assert archive.testzip() is None
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(parts[:-1])))


def test_memory_does_not_grow_with_the_number_of_labels(monkeypatch):
    """Python's own; what typst keeps is let go after each volume."""
    monkeypatch.setattr(made, "LABELS_OF_A_VOLUME", 10)
    stream = volumes(endless(), geometry("5163"), Print())
    next(stream)
    tracemalloc.start()
    peaks = []
    for _ in islice(stream, 4):
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
    tracemalloc.stop()
    assert max(peaks[1:]) < 1.3 * peaks[0]


def test_a_volume_is_whole_sheets():
    assert sheets_of_a_volume(SHEET) == 2
    assert sheets_of_a_volume(geometry("50x30")) == 42


def test_labels_that_are_too_small_are_refused_before_anything_is_made():
    tiny = replace(SHEET, label=(20.0, 15.0))
    with pytest.raises(CommandInvalid):
        next(volumes(labels(1), tiny, Print()))
