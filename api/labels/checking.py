"""Sheets are read back before they are released: as a printer draws them, by two decoders.

Every symbol of every label is looked at for its quiet zone and read by zxing-cpp, every QR code by
deqr too, which knows no DataMatrix. Inverted symbols count as unread: many phones cannot read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock

import numpy as np
import pypdfium2
import zxingcpp
from deqr.qrdec import QRdecDecoder
from numpy.typing import NDArray
from zxingcpp import Barcode, BarcodeFormat, BarcodeFormats, Binarizer

from api.labels.layout import Box
from api.labels.symbols import Symbol
from api.labels.typesetting import Placed, Sheet
from ledger.errors import SheetUnreadable

DPI = 300
_INCH = 25.4
_LIGHT = 160
"""The darkest grey that passes for white in a quiet zone."""
_GS1_MATRIX = "]d2"
_HAIR = 2
"""Pixels at both edges of a quiet zone that may be grey: edges fall between two of them."""
_FRAME = 20
"""Pixels of white that zxing-cpp likes around a picture, besides the quiet zone."""

_PDFIUM = Lock()
"""PDFium serves one thread at a time."""

Picture = NDArray[np.uint8]


def check_pdf(pdf: bytes, sheets: Sequence[Sheet]) -> int:
    """Reads a PDF back against what was asked for; how many symbols were read.

    Raises:
        SheetUnreadable: pages are missing or too many, a quiet zone is not white, or a decoder
            reads nothing or something else.
    """
    count, number = 0, 0
    for number, page in enumerate(_pages(pdf), 1):
        if number <= len(sheets):
            count += check_picture(page, sheets[number - 1], DPI / _INCH)
    if number != len(sheets):
        raise SheetUnreadable(f"{number} pages instead of {len(sheets)}")
    return count


def check_picture(picture: Picture, sheet: Sheet, dots: float) -> int:
    """Reads one drawn sheet back, ``dots`` a millimetre; how many symbols were read.

    Raises:
        SheetUnreadable: as `check_pdf`.
    """
    count = 0
    for placed in sheet:
        for symbol, box in placed.symbols():
            drawn = _cut(picture, placed, box, dots)
            _check_quiet_zone(drawn, symbol)
            _check_text(symbol, _read_by_zxing(drawn, symbol), "zxing-cpp")
            if symbol.is_qr:
                _check_text(symbol, _read_by_deqr(drawn), "deqr")
            count += 1
    return count


def _pages(pdf: bytes) -> Iterator[Picture]:
    """The pages as a printer draws them, one after the other."""
    try:
        with _PDFIUM:
            document = pypdfium2.PdfDocument(pdf)
        try:
            for number in range(len(document)):
                with _PDFIUM:
                    drawn = document[number].render(scale=DPI / 72, grayscale=True)
                    picture = np.array(drawn.to_numpy()).reshape(drawn.height, drawn.width)
                yield picture
        finally:
            with _PDFIUM:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise SheetUnreadable("this is no PDF") from error


def _cut(picture: Picture, placed: Placed, box: Box, dots: float) -> Picture:
    x, y, side = (placed.x + box.x) * dots, (placed.y + box.y) * dots, box.w * dots
    left, top, right, bottom = round(x), round(y), round(x + side) + 1, round(y + side) + 1
    height, width = picture.shape
    if left < 0 or top < 0 or right > width + 1 or bottom > height + 1:
        raise SheetUnreadable("a code stands outside of its sheet: mend the offset")
    return np.ascontiguousarray(picture[top:bottom, left:right])


def _check_quiet_zone(drawn: Picture, symbol: Symbol) -> None:
    width = int(drawn.shape[0] * symbol.quiet / symbol.side) - 2 * _HAIR
    inner = drawn[_HAIR:-_HAIR, _HAIR:-_HAIR]
    edges = (inner[:width], inner[-width:], inner[:, :width], inner[:, -width:])
    if width < 1 or min(int(edge.min()) for edge in edges) < _LIGHT:
        raise SheetUnreadable(f"the quiet zone of {_shown(symbol)} is not white")


def _check_text(symbol: Symbol, read: Sequence[str], decoder: str) -> None:
    if list(read) != [symbol.text]:
        found = "something else" if read else "nothing"
        raise SheetUnreadable(f"{decoder} reads {found} in place of {_shown(symbol)}")


def _shown(symbol: Symbol) -> str:
    """What a symbol says, without the secret of a hidden code."""
    return symbol.text.partition("#")[0]


def _read_by_zxing(drawn: Picture, symbol: Symbol) -> list[str]:
    """With a second look: of a thousand small DataMatrix, the first misses two."""
    form = BarcodeFormat.QRCode if symbol.is_qr else BarcodeFormat.DataMatrix
    framed = np.pad(drawn, _FRAME, constant_values=255)
    found: list[Barcode] = []
    for binarizer in (Binarizer.LocalAverage, Binarizer.GlobalHistogram):
        found = zxingcpp.read_barcodes(
            framed, formats=BarcodeFormats(form), try_invert=False, binarizer=binarizer
        )
        if found:
            break
    return [each.text for each in found if symbol.is_qr or each.symbology_identifier == _GS1_MATRIX]


def _read_by_deqr(drawn: Picture) -> list[str]:
    """Bytes, not texts: deqr makes numbers of digits and loses the zeros before them."""
    found = QRdecDecoder().decode(drawn.copy(), convert_data=False)  # it changes what it is given
    return [b"".join(part.data for part in code.data_entries).decode() for code in found]
