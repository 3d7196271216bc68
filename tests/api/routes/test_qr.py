"""Codes over HTTP: only ever of our own addresses, and kept for good by caches."""

import io

import pytest
import zxingcpp
from PIL import Image

from tests.api.town import LETTUCE

BASE = "https://id.town.example"


def read(response):
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(response.content)), try_invert=False)
    return found.text


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        (f"01/{LETTUCE}/10/LOT-1", f"/01/{LETTUCE}/10/LOT-1"),
        (f"01/{LETTUCE[1:]}/10/A%2FB/21/7K3M", f"/01/{LETTUCE}/10/A%2FB/21/7K3M"),
        (f"gtin/{LETTUCE}/ser/7K3M", f"/01/{LETTUCE}/21/7K3M"),
        (f"01/{LETTUCE}/10/v1.svg", f"/01/{LETTUCE}/10/v1.svg"),
        (f"https://evil.example/01/{LETTUCE}", f"/01/{LETTUCE}"),
        ("00/095212350000000029", "/00/095212350000000029"),
    ],
)
def test_the_code_is_our_own_canonical_address(web, asked, printed):
    response = web.get(f"/api/v1/qr/{asked}.png")
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    assert read(response) == BASE + printed


def test_a_code_is_cached_for_good_and_known_again(web):
    path = f"/api/v1/qr/01/{LETTUCE}/10/A.svg"
    first = web.get(path)
    assert first.headers["content-type"] == "image/svg+xml"
    assert "immutable" in first.headers["cache-control"]
    again = web.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert web.get(path + "?scale=20").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"01/{LETTUCE}/10/A", 404), (f"01/{LETTUCE}/10/A.gif", 404), ("x.svg", 400), (".svg", 400),
     ("01/09521234000014.svg", 400), (f"01/{LETTUCE}.svg?scale=41", 422),
     (f"01/{LETTUCE}.svg?scale=x", 422), ("8004/95212340.svg", 404)],
)  # fmt: skip
def test_nothing_else_becomes_a_code(web, path, status):
    assert web.get(f"/api/v1/qr/{path}").status_code == status
