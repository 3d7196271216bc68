"""Labels for thermal printers that speak ZPL: as pictures, or with the printer's own codes.

A picture was read back here and prints the same everywhere. The printer's own codes (``^BQ`` and
``^BX``) are shorter and as sharp as it can make them, but what it draws is only seen on paper; the
text around them is a picture in both. Modules are whole dots, so no printer has to round one.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from zebrafy.zebrafy_image import ZebrafyImage

from api.labels.checking import check_picture
from api.labels.geometry import Geometry
from api.labels.label import Label
from api.labels.layout import Box
from api.labels.symbols import Symbol
from api.labels.typesetting import Placed, Print, png_of

Method = Literal["picture", "native"]
DOTS = {203: 8.0, 300: 300 / 25.4, 600: 600 / 25.4}
"""Dots a millimetre by what printers are sold as, in dots an inch."""
_DARK = 176
"""Greys below are printed: thin strokes stay whole."""
_ESCAPE = "$"
"""Before ``1`` it is FNC1 in ``^BX``. GS1 has no such character in any value."""
_SUNK = 1
"""Dots that ``^BQ`` sinks below its origin: the bar height of ``^BY``, which is pinned to this."""


def zpl_of(
    labels: Iterable[Label], geometry: Geometry, printing: Print, dpi: int, method: Method
) -> Iterator[str]:
    """Each label as a ZPL format of its own, read back before it is given.

    Raises:
        CommandInvalid: the codes do not fit the label.
        SheetUnreadable: a label did not read back.
    """
    dots = DOTS[dpi]
    alone = Geometry(geometry.name, geometry.title, page=geometry.label, label=geometry.label)
    for label in labels:
        placed = Placed(label, printing.layout(label, geometry.label, dots), 0.0, 0.0)
        picture = _picture(placed, alone, dots)
        check_picture(picture, [placed], dots)
        yield _native(placed, picture, dots) if method == "native" else _format(picture)


def png_file(label: Label, geometry: Geometry, printing: Print, dpi: int) -> bytes:
    """One label as a picture of black and white, read back.

    Raises:
        CommandInvalid, SheetUnreadable: as `zpl_of`.
    """
    dots = DOTS[dpi]
    alone = Geometry(geometry.name, geometry.title, page=geometry.label, label=geometry.label)
    placed = Placed(label, printing.layout(label, geometry.label, dots), 0.0, 0.0)
    picture = _picture(placed, alone, dots)
    check_picture(picture, [placed], dots)
    out = io.BytesIO()
    Image.fromarray(picture).convert("1").save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def _picture(placed: Placed, geometry: Geometry, dots: float) -> NDArray[np.uint8]:
    """Black and white, nothing between, as a thermal head prints."""
    grey = np.array(Image.open(io.BytesIO(png_of(placed, geometry, dots))).convert("L"))
    return np.where(grey < _DARK, 0, 255).astype(np.uint8)


def _format(picture: NDArray[np.uint8], more: str = "") -> str:
    """A format with a picture and what comes on top of it. Not inverted: see `checking`."""
    height, width = picture.shape
    whole = np.pad(picture, ((0, 0), (0, -width % 8)), constant_values=255)  # rows end with a byte
    drawn = ZebrafyImage(
        Image.fromarray(whole), format="Z64", dither=False, invert=False, complete_zpl=False
    ).to_zpl()
    return f"^XA^CI28^PW{width}^LL{height}{drawn.strip()}{more}^XZ\n"


def _native(placed: Placed, picture: NDArray[np.uint8], dots: float) -> str:
    text = picture.copy()
    codes = ""
    for symbol, box in placed.symbols():
        x, y, side = round(box.x * dots), round(box.y * dots), round(box.w * dots)
        text[y : y + side, x : x + side] = 255
        codes += _own_code(symbol, placed.label, box, dots)
    return _format(text, f"^BY2,2,{_SUNK}{codes}")


def _own_code(symbol: Symbol, label: Label, box: Box, dots: float) -> str:
    module = round(box.w * dots / symbol.side)
    x, y = (round(edge * dots) + symbol.quiet * module for edge in (box.x, box.y))
    if symbol.is_qr:
        data = _escaped(symbol.text)
        return f"^FO{x},{y - _SUNK}^BQN,2,{module}^FH\\^FDMA,{data}^FS"
    data = _ESCAPE + "1" + _elements(label)
    return f"^FO{x},{y}^BXN,{module},200,,,6,{_ESCAPE}^FH\\^FD{_escaped(data)}^FS"


def _elements(label: Label) -> str:
    """The element string as scanned: FNC1 ends a value of no fixed length, but the last."""
    told = ""
    for number, (identifier, value) in enumerate(label.elements, 1):
        ended = identifier == "01" or number == len(label.elements)
        told += identifier + value + ("" if ended else _ESCAPE + "1")
    return told


def _escaped(data: str) -> str:
    r"""What would begin a command, or an escape, as ``\`` and its hexadecimal code (``^FH``)."""
    return "".join(f"\\{ord(sign):02X}" if sign in "\\^~" else sign for sign in data)
