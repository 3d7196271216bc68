"""Codes in bulk say what they were given, to decoders that did not make them."""

import io
import re

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from PIL import Image

from api.labels.symbols import element_string, matrix_symbol, qr_symbol
from api.qr import qr_image
from ledger.errors import CommandInvalid
from ledger.vocabulary import Kind
from tests.api.labels.printing import libdmtx, opencv, zxing
from tests.ledger.gs1.keys import numbers, texts

URL = "https://id.shop.example/01/09521234543213/10/LOT42A/21/7K3M9QX2HB4C5D6E7F8G"
UNIT = (("01", "09521234543213"), ("10", "LOT42A"), ("21", "7K3M9QX2HB4C5D6E7F8G"))


def test_a_code_is_as_small_as_the_careful_encoders_with_the_same_correction():
    with Image.open(io.BytesIO(qr_image(URL, "png", 1))) as careful:
        assert qr_symbol(URL).side == careful.width
    (read,) = zxingcpp.read_barcodes(qr_symbol(URL).picture(8), try_invert=False)
    assert read.ec_level == "M"


@settings(max_examples=60)
@given(numbers(Kind.PRODUCT), texts, texts)
def test_any_key_reads_back_as_qr_and_as_gs1_datamatrix(gtin, lot, serial):
    elements = (("01", gtin), ("10", lot), ("21", serial))
    matrix = matrix_symbol(elements)
    (read,) = zxingcpp.read_barcodes(np.pad(matrix.picture(6), 20, constant_values=255))
    assert read.symbology_identifier == "]d2"  # FNC1 in front, not plain text
    assert read.bytes.decode() == f"01{gtin}10{lot}\x1d21{serial}"
    assert matrix.text == element_string(elements) == f"(01){gtin}(10){lot}(21){serial}"
    assert matrix.modules.shape[0] == matrix.modules.shape[1]  # never the rectangular extension


def test_two_decoders_read_each_code():
    qr, matrix = qr_symbol(URL), matrix_symbol(UNIT[::2])
    assert (zxing(qr.picture(8)), opencv(qr.picture(8))) == ({URL}, URL)
    assert libdmtx(matrix.picture(8)).lstrip("\x1d") == "".join(a + v for a, v in UNIT[::2])


@pytest.mark.parametrize("symbol", [qr_symbol(URL), matrix_symbol(UNIT)])
def test_svg_png_and_modules_are_one_picture(symbol):
    drawn = np.full((symbol.side, symbol.side), 255, np.uint8)
    file = symbol.svg_file(0.5).decode()
    assert f'width="{symbol.side * 0.5:g}mm"' in file
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", file):
        top, left = int(y) + symbol.quiet, int(x) + symbol.quiet
        drawn[top, left : left + int(length)] = 0
    assert np.array_equal(drawn, symbol.picture(1))
    with Image.open(io.BytesIO(symbol.png_file(3))) as png:
        assert np.array_equal(np.array(png.convert("L")), symbol.picture(3))
    quiet = symbol.quiet
    assert symbol.picture(1)[quiet:-quiet, quiet:-quiet].min() == 0
    framed = symbol.picture(1)
    framed[quiet:-quiet, quiet:-quiet] = 255
    assert framed.min() == 255


@pytest.mark.parametrize("bad", [(("01", "123"),), (("99x", "1"),), ()])
def test_what_is_no_element_string_is_refused(bad):
    with pytest.raises(CommandInvalid):
        matrix_symbol(bad)


def test_an_address_beyond_all_codes_is_refused():
    with pytest.raises(CommandInvalid) as told:
        qr_symbol("https://id.shop.example/" + "x" * 5000)
    assert told.value.field == "link"
