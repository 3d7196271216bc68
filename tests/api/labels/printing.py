"""Labels with serials and codes out of a seed, and readers that are not those of the product."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from arbez_dmtx import decode
from PIL import Image

from api.labels.geometry import Geometry, geometry
from api.labels.label import Label, Wording, label_of
from api.labels.typesetting import Placed, Print, Sheet
from ledger.codes import ALPHABET, code_text
from ledger.gs1.digital_link import link_of

GTIN, LOT = "09521234543213", "LOT42A"
BASE = "https://id.shop.example"
WORDS = Wording("Romaine lettuce", "罗马生菜（长叶）", "2035-06-30", "500 g")


def labels(count: int, *, codes: bool = True, seed: int = 4, words: Wording = WORDS) -> list[Label]:
    """Labels of units, the same for the same seed."""
    return list(endless(codes=codes, seed=seed, words=words, count=count))


def endless(
    *, codes: bool = True, seed: int = 4, words: Wording = WORDS, count: int = 10**9
) -> Iterator[Label]:
    rng = random.Random(seed)
    for _ in range(count):
        serial = "".join(rng.choices(ALPHABET, k=20))
        link = link_of(("01", GTIN), {"10": LOT, "21": serial}, {}, strict=True)
        code = code_text(rng.randbytes(16))
        yield label_of(link, BASE, words, code if codes else "")


def sheets(
    some: Sequence[Label], of: Geometry | str = "L7160", printing: Print | None = None
) -> list[Sheet]:
    """Labels on sheets, without an offset."""
    on = geometry(of) if isinstance(of, str) else of
    printing = printing or Print()
    return [
        [
            Placed(label, printing.layout(label, on.label), *on.corner(place))
            for place, label in enumerate(some[start : start + on.count])
        ]
        for start in range(0, len(some), on.count)
    ]


def pages(pdf: bytes, dpi: int = 300) -> list[np.ndarray]:
    """A PDF's pages in grey."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [np.array(page.render(scale=dpi / 72).to_pil().convert("L")) for page in document]
    finally:
        document.close()


def text_of(pdf: bytes) -> str:
    """What a PDF says when it is copied from."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def zxing(picture: np.ndarray) -> set[str]:
    """All codes of a picture, inverted ones not."""
    return {each.text for each in zxingcpp.read_barcodes(picture, try_invert=False)}


def opencv(picture: np.ndarray) -> str:
    """The QR code of a picture."""
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]


def libdmtx(picture: np.ndarray) -> str:
    """The DataMatrix of a picture; it knows no FNC1 but the first."""
    (found,) = decode(Image.fromarray(picture), max_count=1, timeout=2000)
    return found.data.decode("ascii")
