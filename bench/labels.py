"""How fast codes and labels are made, beside what a user would pick: `python -m bench.labels`.

Rates are a second of one core's time (`time.process_time`), so other work on the machine changes
them little; ratios are of one run. The goal is 2,000 label codes a second.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import zxingcpp
from zxingcpp import BarcodeFormat

from api.labels.checking import check_pdf
from api.labels.geometry import geometry
from api.labels.label import Label
from api.labels.symbols import matrix_symbol, qr_symbol
from api.labels.typesetting import Placed, Print, pdf_of
from api.qr import qr_image
from bench.reading import labels_of
from ledger.codes import ALPHABET

GOAL = 2_000
PEER = "qrcode 8.2: SVG, one at a time (api.qr)"


@dataclass(frozen=True)
class Line:
    """Something that was measured: how many a second of one core."""

    name: str
    rate: float


def rate(many: Sequence[object], run: Callable[[object], object]) -> float:
    """How many a second, after one to warm up."""
    run(many[0])
    began = time.process_time()
    for each in many:
        run(each)
    return len(many) / (time.process_time() - began)


def addresses(count: int, seed: int = 4) -> list[str]:
    """Addresses of units, of 77 characters as a label has them."""
    rng = random.Random(seed)
    stem = "https://trace.example.com/01/09521234543213/10/LOT42A/21/"
    return [stem + "".join(rng.choices(ALPHABET, k=20)) for _ in range(count)]


def codes(count: int) -> list[Line]:
    """Codes a second: encoded and drawn, by us and by others."""
    urls = addresses(count)
    some = urls[: max(2, count // 10)]  # what is slow is asked for less

    def peer(url: object) -> object:
        made = zxingcpp.create_barcode(str(url), BarcodeFormat.QRCode, ec_level="M")
        return made.to_svg()

    def matrix(url: object) -> object:
        serial = str(url)[-20:]
        return matrix_symbol((("01", "09521234543213"), ("10", "LOT42A"), ("21", serial))).svg

    return [
        Line(PEER, rate(some, lambda url: qr_image(str(url), "svg"))),
        Line("qrcode 8.2: PNG", rate(some, lambda url: qr_image(str(url), "png"))),
        Line("zxing-cpp 3.1.1: its own SVG", rate(urls, peer)),
        Line("ours in bulk: QR code, modules", rate(urls, lambda url: qr_symbol(str(url)).modules)),
        Line("ours in bulk: QR code as SVG path", rate(urls, lambda url: qr_symbol(str(url)).svg)),
        Line("ours in bulk: QR code as PNG", rate(urls, lambda u: qr_symbol(str(u)).png_file(4))),
        Line("ours in bulk: GS1 DataMatrix as SVG path", rate(urls, matrix)),
    ]


def sheets(count: int, name: str = "L7160") -> list[Line]:
    """Labels a second: set as PDF, read back by two decoders."""
    told = []
    on, printing = geometry(name), Print()
    for word, with_codes in (("outer code and DataMatrix", False), ("and hidden code", True)):
        labels = list(labels_of(count, 4, codes=with_codes))
        began = time.process_time()
        pages = [
            _sheet(labels[at : at + on.count], name, printing) for at in range(0, count, on.count)
        ]
        pdf = pdf_of(pages, on)
        made = time.process_time()
        check_pdf(pdf, pages)
        read = time.process_time()
        told += [
            Line(f"{name}, {word}: set as PDF", count / (made - began)),
            Line(f"{name}, {word}: every code read back", count / (read - made)),
            Line(f"{name}, {word}: released", count / (read - began)),
        ]
    return told


def _sheet(labels: Sequence[Label], name: str, printing: Print) -> list[Placed]:
    on = geometry(name)
    return [
        Placed(label, printing.layout(label, on.label), *on.corner(place))
        for place, label in enumerate(labels)
    ]


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codes", type=int, default=2_000)
    parser.add_argument("--labels", type=int, default=210)
    given = parser.parse_args()
    made = codes(given.codes)
    slowest = made[0].rate
    print("| codes | a second a core | x qrcode | of the goal |\n|---|---|---|---|")
    for line in made:
        ratios = f"{line.rate / slowest:.1f} | {line.rate / GOAL:.2f}"
        print(f"| {line.name} | {line.rate:,.0f} | {ratios} |")
    print("\n| labels | a second a core |\n|---|---|")
    for line in sheets(given.labels):
        print(f"| {line.name} | {line.rate:,.0f} |")


if __name__ == "__main__":
    main()
