"""How well printed labels are read from bad photographs: `python -m bench.reading`.

Sheets are set as PDF, drawn as a printer draws them, and photographed label by label, from a seed:
the whole label with its scratch layer on, as it is sold, and what was under the layer from near by.
A decoder is given the whole photograph and no second try. Read means that the very text comes out;
wrong texts are counted apart.

20 pixels a millimetre are a 12 megapixel phone at 20 cm; 12 are a sheet scanned at 300 dpi, or
twice the distance.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import pypdfium2
import zxingcpp
from deqr.qrdec import QRdecDecoder

from api.labels.geometry import geometry
from api.labels.label import Label, Wording, label_of
from api.labels.typesetting import Placed, Print, pdf_of
from bench.photographs import Picture, Shot
from ledger.codes import ALPHABET, code_text
from ledger.gs1.digital_link import link_of

GOAL = "tilt 25, blur 2, noise 12"
SHOTS = (
    Shot("clean"),
    Shot("tilt 25", tilt=25),
    Shot(GOAL, tilt=25, blur=2, noise=12),
    Shot("tilt 25, blur 2, noise 25", tilt=25, blur=2, noise=25),
    Shot("the goal, JPEG 40", tilt=25, blur=2, noise=12, jpeg=40),
    Shot("the goal, uneven light", tilt=25, blur=2, noise=12, light=0.6),
    Shot("the goal, half contrast", tilt=25, blur=2, noise=12, contrast=0.5),
    Shot("the goal, turned any way", tilt=25, turn=180, blur=2, noise=12),
    Shot("tilt 45, blur 2, noise 12", tilt=45, blur=2, noise=12),
    Shot("tilt 25, blur 3, noise 12", tilt=25, blur=3, noise=12),
    Shot("tilt 25, shaken 9 px", tilt=25, motion=9),
)
Decoder = Callable[[Picture], set[str]]


def zxing(picture: Picture) -> set[str]:
    """zxing-cpp, inverted symbols off: QR codes and DataMatrix."""
    return {each.text for each in zxingcpp.read_barcodes(picture, try_invert=False)}


def deqr(picture: Picture) -> set[str]:
    """The qrdec engine of deqr: QR codes."""
    found = QRdecDecoder().decode(picture.copy(), convert_data=False)
    return {b"".join(part.data for part in each.data_entries).decode() for each in found}


def opencv(picture: Picture) -> set[str]:
    """OpenCV: QR codes."""
    _, texts, _, _ = cv2.QRCodeDetector().detectAndDecodeMulti(picture)
    return {text for text in texts if text}


DECODERS: Mapping[str, Decoder] = {"zxing-cpp": zxing, "deqr": deqr, "OpenCV": opencv}
_LAYER = 150
"""The grey of a scratch layer."""
TWO = ("zxing-cpp", "deqr")
"""The two that must both read a code for it to count as read by two."""


@dataclass
class Tally:
    """How many codes were there and read, by kind of code and decoder."""

    decoders: Sequence[str] = TWO
    there: Counter[str] = field(default_factory=Counter)
    read: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: int = 0

    def rate(self, kind: str, decoder: str) -> float:
        """The part of a kind of code that a decoder read."""
        return self.read[kind, decoder] / self.there[kind]

    def told(self, kind: str, decoder: str) -> str:
        """The same for a table."""
        return f"{self.rate(kind, decoder):.1%}" if self.there[kind] else ""

    def add(self, wanted: Mapping[str, str], picture: Picture) -> None:
        """Counts one photograph."""
        found = {name: DECODERS[name](picture) for name in self.decoders}
        for kind, text in wanted.items():
            self.there[kind] += 1
            by = [name for name in self.decoders if text in found[name]]
            self.read.update((kind, name) for name in by)
            self.read[kind, "both"] += set(TWO) <= set(by)
        self.wrong += sum(len(texts - set(wanted.values())) for texts in found.values())


def labels_of(count: int, seed: int, *, codes: bool) -> Iterator[Label]:
    """Labels of units with serials and hidden codes out of a seed."""
    rng, words = random.Random(seed), Wording("Romaine lettuce", "罗马生菜", "2035-06-30", "500 g")
    for _ in range(count):
        serial = "".join(rng.choices(ALPHABET, k=20))
        link = link_of(("01", "09521234543213"), {"10": "LOT42A", "21": serial}, {}, strict=True)
        code = code_text(rng.randbytes(16)) if codes else ""
        yield label_of(link, "https://trace.example.com", words, code)


def printed(
    name: str, count: int, pixels: float, seed: int, *, codes: bool
) -> Iterator[tuple[dict[str, str], Picture]]:
    """Views of labels, so many pixels a millimetre, and what is to be read in each."""
    on, printing = geometry(name), Print()
    every = list(labels_of(count, seed, codes=codes))
    for start in range(0, count, on.count):
        some = every[start : start + on.count]
        sheet = [
            Placed(label, printing.layout(label, on.label), *on.corner(place))
            for place, label in enumerate(some)
        ]
        page = _drawn(pdf_of([sheet], on), pixels)
        for placed in sheet:
            x, y = round(placed.x * pixels), round(placed.y * pixels)
            width, height = (round(side * pixels) for side in on.label)
            yield from _views(placed, page[y : y + height, x : x + width].copy(), pixels)


def _views(
    placed: Placed, label: Picture, pixels: float
) -> Iterator[tuple[dict[str, str], Picture]]:
    """The label as it is sold, and what is under its scratch layer."""
    if placed.layout.scratch:
        left = round(placed.layout.scratch.x * pixels)
        yield {"hidden": placed.label.claim_link}, label[:, left:].copy()
        label[:, left:] = _LAYER
    wanted = {"outer": placed.label.link}
    if placed.layout.matrix:
        wanted["matrix"] = placed.label.element_string
    yield wanted, label


def _drawn(pdf: bytes, pixels: float) -> Picture:
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=pixels * 25.4 / 72, grayscale=True)
    picture = np.array(page.to_numpy()).reshape(page.height, page.width)
    document.close()
    return picture


def photograph(
    name: str,
    shots: Sequence[Shot],
    count: int,
    pixels: float,
    seed: int,
    *,
    codes: bool = True,
    decoders: Sequence[str] = TWO,
) -> dict[str, Tally]:
    """Photographs ``count`` labels with each shot and lets every decoder read them."""
    tallies = {shot.name: Tally(decoders) for shot in shots}
    for number, (wanted, picture) in enumerate(printed(name, count, pixels, seed, codes=codes)):
        for shot in shots:
            taken = shot.take(picture, np.random.default_rng([seed, number]))
            tallies[shot.name].add(wanted, taken)
    return tallies


def _row(shot: str, tally: Tally) -> str:
    columns = [(kind, name) for kind in ("outer", "hidden") for name in (*tally.decoders, "both")]
    cells = [tally.told(*column) for column in (*columns, ("matrix", "zxing-cpp"))]
    return "| " + " | ".join([shot, *cells]) + " |"


def main() -> None:
    """Prints a table a resolution."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--geometry", default="L7160")
    parser.add_argument("--labels", type=int, default=210)
    parser.add_argument("--pixels", type=float, nargs="+", default=[20.0, 12.0])
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--shots", type=int, nargs="+", help="by number, from 0; else all")
    parser.add_argument("--opencv", action="store_true", help="a third decoder; slow")
    parser.add_argument("--without-codes", action="store_true", help="labels with outer codes only")
    given = parser.parse_args()
    decoders = tuple(DECODERS) if given.opencv else TWO
    shots = [SHOTS[number] for number in given.shots or range(len(SHOTS))]
    heads = [f"{kind}: {name}" for kind in ("outer", "hidden") for name in (*decoders, "both")]
    for pixels in given.pixels:
        codes = not given.without_codes
        tallies = photograph(
            given.geometry, shots, given.labels, pixels, given.seed, codes=codes, decoders=decoders
        )
        print(f"\n{given.geometry}, {given.labels} labels, {pixels:g} pixels a mm\n")
        print("| shot | " + " | ".join([*heads, "DataMatrix: zxing-cpp"]) + " |")
        print("|---" * (len(heads) + 2) + "|")
        for shot, tally in tallies.items():
            print(_row(shot, tally), flush=True)
        print(f"\nwrong texts: {sum(tally.wrong for tally in tallies.values())}", flush=True)


if __name__ == "__main__":
    main()
