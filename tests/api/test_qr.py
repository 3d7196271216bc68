"""Two decoders that are not our encoder read what we print."""

import io
import re
import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from api.qr import address_of, qr_image, qr_terminal
from ledger.errors import CommandInvalid
from ledger.gs1.digital_link import parse_link

URLS = [
    "https://id.shop.example/01/09521234543213/10/LOT42A/21/7K3M9QX2HB",
    "http://127.0.0.1:8000/01/09521234543213/10/a%2Fb%20c",
    "https://id.shop.example/01/09521234543213/21/0123456789ABCDEFGHJK",
    "https://id.shop.example/00/095212345432100008",
]


def zxing(picture: Image.Image) -> str:
    # It would also read inverted codes, which phones do not.
    (found,) = zxingcpp.read_barcodes(picture, try_invert=False)
    return found.text


def opencv(picture: Image.Image) -> str:
    return cv2.QRCodeDetector().detectAndDecode(np.array(picture.convert("L")))[0]


def drawn(svg: bytes) -> Image.Image:
    """The picture of one of our SVGs: rectangles of a path, ten pixels a module."""
    root = ET.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    pixels = np.full((side, side), 255, np.uint8)
    ground, code = (path.attrib["d"] for path in root)
    assert ground == f"M0 0h{side}v{side}h-{side}z"
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code):
        pixels[int(y), int(x) : int(x) + int(length)] = 0
    return Image.fromarray(np.kron(pixels, np.ones((10, 10), np.uint8)))


def typed(text: str) -> Image.Image:
    """The picture of a code in half blocks."""
    rows = []
    for line in text.split("\n"):
        rows.append([0 if c in "█▀" else 255 for c in line])
        rows.append([0 if c in "█▄" else 255 for c in line])
    return Image.fromarray(np.kron(np.array(rows, np.uint8), np.ones((10, 10), np.uint8)))


def on_a_dark_pack(picture: Image.Image) -> Image.Image:
    pack = Image.new("L", (picture.width + 200, picture.height + 200), 40)
    pack.paste(picture, (100, 100))
    return pack


@pytest.mark.parametrize("url", URLS)
def test_png_svg_and_terminal_decode_to_the_address(url):
    pictures = [
        Image.open(io.BytesIO(qr_image(url, "png"))),
        drawn(qr_image(url, "svg")),
        typed(qr_terminal(url, colour=False)),
    ]
    for picture in pictures:
        shown = on_a_dark_pack(picture)  # fails without a quiet zone
        assert (zxing(shown), opencv(shown)) == (url, url)


def test_colours_of_a_terminal_are_its_own():
    plain = re.sub(r"\x1b\[[0-9;]*m", "", qr_terminal(URLS[0]))
    assert plain == qr_terminal(URLS[0], colour=False)
    assert all(line.startswith("\x1b[48;5;231m") for line in qr_terminal(URLS[0]).split("\n"))


def test_the_same_address_gives_the_same_bytes():
    for form in ("png", "svg"):
        assert qr_image(URLS[0], form) == qr_image(URLS[0], form)


def test_a_label_of_the_reference_length_stays_small():
    # 65 characters with error correction M: version 4, 33 modules and 8 of quiet zone.
    assert b'viewBox="0 0 41 41"' in qr_image(URLS[0], "svg")
    assert len(qr_image(URLS[0], "svg")) < 6000


@pytest.mark.parametrize("scale", [0, -1, 41, 10**9])
def test_a_scale_has_bounds(scale):
    with pytest.raises(CommandInvalid):
        qr_image(URLS[0], "png", scale)


@pytest.mark.parametrize(
    ("path", "printed"),
    [
        ("/gtin/9521234543213/lot/ab/", "/01/09521234543213/10/ab"),
        ("/01/09521234543213/10/a%2Fb/21/7K3M", "/01/09521234543213/10/a%2Fb/21/7K3M"),
        ("/01/09521234543213/21/7K3M?17=261231", "/01/09521234543213/21/7K3M"),
        ("/01/09521234543213", "/01/09521234543213"),
    ],
)
def test_a_label_carries_the_canonical_address(path, printed):
    link = parse_link("https://anywhere.example" + path)
    assert address_of(link, "HTTPS://ID.Shop.Example/") == "https://id.shop.example" + printed
