"""Labels over HTTP: what is sent was read back, and what is wrong is told by field."""

import io
import zipfile

import pytest
from zebrafy import ZebrafyZPL

from api.labels.label import claim_address
from tests.api.labels.printing import labels, pages, text_of, zxing
from tests.api.town import LETTUCE, PACKER, SALAD

pytestmark = pytest.mark.chain
LOTS = [{"gtin": LETTUCE, "lot": "ROM-1"}, {"gtin": SALAD, "lot": "SAL-A", "copies": 3}]
BASE = "https://id.town.example"


def post(town, body, **headers):
    return town.post(PACKER, "/labels", body, **headers)


def test_a_sheet_says_what_is_known_of_product_and_lot_in_both_languages(town):
    response = post(town, {"labels": LOTS})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    assert "attachment" in response.headers["content-disposition"]
    told = text_of(response.content)
    assert "Romaine lettuce" in told
    assert "罗马生菜" in told
    assert told.count("Salad bowl") == 3
    assert "2035-06-30" in told
    found = zxing(pages(response.content)[0])
    assert {f"{BASE}/01/{LETTUCE}/10/ROM-1", f"{BASE}/01/{SALAD}/10/SAL-A"} <= found


def test_a_unit_carries_serial_and_pairing_mark(town):
    body = {
        "labels": [{"gtin": SALAD, "lot": "SAL-A", "serial": "7K3M9QX2HB"}],
        "geometry": "60x40",
    }
    told = text_of(post(town, body).content)
    assert "(21)7K3M9QX2HB" in told
    assert "◆" in told


def test_the_hidden_codes_address_opens_the_claim_page_of_its_pack(town):
    (label,) = labels(1)
    address = claim_address(
        f"{BASE}/01/{SALAD}/10/SAL-A/21/7K3M9QX2HB", SALAD, "7K3M9QX2HB", label.code
    )
    path, _, secret = address.removeprefix(BASE).partition("#")
    assert secret not in path  # a browser sends no more than the path
    response = town.get(path, **{"Accept-Language": "en"})
    assert response.status_code == 200
    assert "7K3M9QX2HB" in response.text


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("application/pdf", "application/pdf"), ("application/zip", "application/zip"),
     ("application/x-zpl", "application/x-zpl"), ("text/csv", "text/csv; charset=utf-8"),
     ("text/csv;q=0.5, application/zip", "application/zip"), ("*/*", "application/pdf")],
)  # fmt: skip
def test_accept_chooses_the_form(town, accept, kind):
    response = post(town, {"labels": LOTS, "geometry": "60x40"}, Accept=accept)
    assert (response.status_code, response.headers["content-type"]) == (200, kind)


def test_more_than_a_volume_streams_as_zip(town):
    body = {"labels": [{"gtin": LETTUCE, "lot": "ROM-1", "copies": 500}], "format": "zip"}
    response = post(town, body)
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        assert archive.namelist() == ["labels-0001.pdf", "labels-0002.pdf"]
    refused = post(town, {**body, "format": "pdf"})
    assert (refused.status_code, refused.json()["field"]) == (422, "format")


def test_label_printers_get_a_format_a_label(town):
    response = post(town, {"labels": LOTS, "format": "zpl", "geometry": "50x30", "dpi": 300})
    assert len(ZebrafyZPL(response.text).to_images()) == 4
    own = post(town, {"labels": LOTS, "format": "zpl", "geometry": "50x30", "method": "native"})
    assert own.text.count("^BQN") == own.text.count("^BXN") == 4


def test_print_shops_get_csv(town):
    response = post(town, {"labels": LOTS, "format": "csv", "bom": True})
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response.content.count(b"\r\n") == 5


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"geometry": "L9999"}, "geometry"),
        ({"geometry": 7160}, "geometry"),
        ({"format": "doc"}, "format"),
        ({"start": 22}, "start"),
        ({"start": 0}, "start"),
        ({"offset_x": 11}, "offset_x"),
        ({"offset_y": "down"}, "offset_y"),
        ({"offset_y": "NaN"}, "offset_y"),
        ({"dpi": 204}, "dpi"),
        ({"method": "laser"}, "method"),
        ({"labels": []}, "labels"),
        ({"labels": [{"gtin": "123"}]}, "labels[0].gtin"),
        ({"labels": [{"gtin": LETTUCE, "lot": "x" * 21}]}, "labels[0].lot"),
        ({"labels": [{"gtin": LETTUCE, "lot": "A", "serial": "é"}]}, "labels[0].serial"),
        ({"labels": [{"gtin": LETTUCE, "copies": 10_001}]}, "labels[0].copies"),
        ({"labels": [{"gtin": LETTUCE, "copies": 6_000}] * 2}, "labels"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_is_told_by_field(town, changed, field):
    response = post(town, {"labels": LOTS, **changed})
    assert (response.status_code, response.json()["field"]) == (422, field)
    assert response.headers["content-type"] == "application/problem+json"


def test_an_offset_off_the_paper_is_refused_before_anything_is_sent(town):
    response = post(town, {"labels": LOTS, "offset_x": -9, "format": "zip"})
    assert (response.status_code, response.json()["code"]) == (409, "SheetUnreadable")


def test_nothing_else_is_accepted(town):
    response = post(town, {"labels": LOTS}, Accept="image/gif")
    assert (response.status_code, response.json()["field"]) == (422, "format")


def test_labels_need_a_key(town):
    assert town.web.post("/api/v1/labels", json={"labels": LOTS}).status_code == 401


def test_the_sheets_that_there_are_can_be_listed(town):
    found = {each["name"]: each for each in town.get("/api/v1/label-geometries").json()["entries"]}
    assert found["L7160"]["labels"] == 21
    assert found["L7160"]["label"] == [63.5, 38.1]
