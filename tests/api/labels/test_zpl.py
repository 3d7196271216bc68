"""What label printers get: pictures that read back, and commands of their own that say the same."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from zebrafy import ZebrafyZPL

from api.labels.geometry import geometry
from api.labels.label import Wording, label_of
from api.labels.typesetting import Print
from api.labels.zpl import DOTS, png_file, zpl_of
from ledger.errors import CommandInvalid
from ledger.gs1.digital_link import link_of
from tests.api.labels.printing import GTIN, labels, opencv, zxing

ROLL = geometry("60x40")


def printed(zpl: str) -> np.ndarray:
    (picture,) = ZebrafyZPL(zpl).to_images()
    return np.array(picture.convert("L"))


@pytest.mark.parametrize("dpi", DOTS)
def test_the_printed_picture_says_both_codes_to_two_decoders(dpi):
    (label,) = labels(1)
    (zpl,) = zpl_of([label], ROLL, Print(), dpi, "picture")
    picture = printed(zpl)
    height, width = round(40 * DOTS[dpi]), round(60 * DOTS[dpi])
    assert picture.shape == (height, -(-width // 8) * 8)
    assert (picture[:, width:] == 255).all()
    assert {label.link, label.claim_link} <= zxing(picture)
    (alone,) = zpl_of([label], ROLL, Print("outer"), dpi, "picture")
    assert opencv(printed(alone)) == label.link  # dark on light: it reads no inverted codes


def test_modules_are_whole_dots():
    (label,) = labels(1)
    with Image.open(io.BytesIO(png_file(label, ROLL, Print("outer"), 203))) as png:
        drawn = np.array(png.convert("L"))
        assert round(png.info["dpi"][0]) == 203
    side = label.outer.modules.shape[0]
    rows, columns = np.nonzero(drawn[:, : drawn.shape[1] // 2] == 0)
    code = drawn[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    module = code.shape[0] // side
    assert code.shape[0] == side * module
    first = code[:, : side * module]
    expected = np.kron(np.where(label.outer.modules, 0, 255), np.ones((module, module)))
    assert np.array_equal(first, expected)


def test_a_format_is_one_label_and_compressed():
    formats = list(zpl_of(labels(3), ROLL, Print(), 203, "picture"))
    assert [f.count("^XA") + f.count("^XZ") for f in formats] == [2, 2, 2]
    assert all(f.startswith("^XA^CI28^PW480^LL320") and f.endswith("^XZ\n") for f in formats)
    assert max(map(len, formats)) < 6000


def test_the_printers_own_codes_say_the_same_with_the_right_correction_and_separators():
    (label,) = labels(1)
    (zpl,) = zpl_of([label], ROLL, Print(), 203, "native")
    (outer, hidden) = re.findall(r"\^BQN,2,4\^FH\\\^FDMA,([^^]+)\^FS", zpl)
    assert (outer, hidden) == (label.link, label.claim_link)
    (matrix,) = re.findall(r"\^BXN,3,200,,,6,\$\^FH\\\^FD([^^]+)\^FS", zpl)
    assert matrix == f"$101{GTIN}10LOT42A$121{label.serial}"
    assert "^BY2,2,1" in zpl  # else the last format's bar height moves the QR codes
    assert zxing(printed(zpl.partition("^BY")[0] + "^XZ")) == set()  # no code is printed twice


def test_what_a_printer_takes_for_a_command_is_escaped():
    link = link_of(("01", GTIN), {"10": "a_b"}, {}, strict=True)
    label = label_of(link, "https://id.shop.example/~x^y", Wording())
    (zpl,) = zpl_of([label], ROLL, Print(), 203, "native")
    assert r"\7Ex\5Ey/01/" in zpl
    assert f"$101{GTIN}10a_b^FS" in zpl


def test_a_label_that_is_too_small_is_refused():
    with pytest.raises(CommandInvalid):
        next(zpl_of(labels(1), geometry("50x30"), Print(matrix=True), 203, "picture"))
