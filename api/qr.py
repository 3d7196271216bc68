"""QR codes of our own addresses: for labels as SVG or PNG, for a terminal as text.

Error correction M and a quiet zone of four modules, as GS1 asks for. Scheme and host stay in lower
case, since some phones take an upper-case scheme for text; the path stands as it is registered.
"""

from __future__ import annotations

import io
from itertools import groupby
from typing import Any, Literal
from urllib.parse import urlsplit

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

from ledger.errors import CommandInvalid
from ledger.gs1 import path_of
from ledger.gs1.digital_link import DigitalLink, percent_encoded
from ledger.vocabulary import Kind

Format = Literal["svg", "png"]
MEDIA_TYPES: dict[Format, str] = {"svg": "image/svg+xml", "png": "image/png"}
SMALLEST, LARGEST = 1, 40
"""Pixels of a PNG, or tenths of a millimetre of an SVG, that one module may have."""
_QUIET_ZONE = 4
_DARK, _LIGHT = "\x1b[38;5;16m", "\x1b[48;5;231m"
_PLAIN = "\x1b[0m"


def address_of(link: DigitalLink, base_url: str) -> str:
    """The address that a label carries for what a link names: our own, canonical, nothing else.

    Raises:
        DigitalLinkInvalid: what the link names has no Digital Link.
    """
    parts = urlsplit(base_url)
    stem = f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}"
    if link.key is None or link.key.kind is not Kind.UNIT or link.lot is None:
        key = link.key or link.product
        return stem + (path_of(key) if key else "")
    return stem + path_of(link.lot) + "/21/" + percent_encoded(link.key.extension)


def qr_image(url: str, form: Format, scale: int = 10) -> bytes:
    """The QR code of an address as an image file.

    Raises:
        CommandInvalid: ``scale`` is out of bounds.
    """
    if not SMALLEST <= scale <= LARGEST:
        raise CommandInvalid(f"scale must be {SMALLEST} to {LARGEST}", field="scale")
    code = _code(url, scale)
    if form == "svg":
        return _svg(code.get_matrix(), scale).encode("ascii")
    out = io.BytesIO()
    code.make_image(image_factory=PilImage).save(out)
    return out.getvalue()


def _svg(modules: list[list[bool]], scale: int) -> str:
    """One path of horizontal runs on a white ground: a third of what a square a module takes."""
    side = len(modules)
    runs = []
    for y, row in enumerate(modules):
        x = 0
        for dark, group in groupby(row):
            length = len(list(group))
            runs += [f"M{x} {y}h{length}v1h-{length}z"] if dark else []
            x += length
    size = f"{side * scale / 10:g}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" '
        f'viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path d="{"".join(runs)}"/></svg>'
    )


def qr_terminal(url: str, *, colour: bool = True) -> str:
    """The QR code of an address in half blocks, two rows of modules a line.

    With ``colour`` it is dark on light in any terminal; without, the terminal's background must be
    light.
    """
    modules = _code(url, 1).get_matrix()
    below = [*modules[1::2], [False] * len(modules[0])]
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = [
        "".join(blocks[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(modules[::2], below, strict=False)
    ]
    if colour:
        lines = [f"{_LIGHT}{_DARK}{line}{_PLAIN}" for line in lines]
    return "\n".join(lines)


def _code(url: str, scale: int) -> qrcode.QRCode[Any]:
    code: qrcode.QRCode[Any] = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, box_size=scale, border=_QUIET_ZONE
    )
    code.add_data(url, optimize=4)
    code.make(fit=True)
    return code
