"""What is asked for over HTTP happens on the chain, or is refused with a reason."""

from decimal import Decimal

import pytest

from ledger.amounts import text_of_amount
from tests.api.town import FARM, GLNS, LETTUCE, PACKER, SALAD, SHOP, SSCC

pytestmark = pytest.mark.chain


def test_an_accepted_act_is_an_operation_to_follow(town):
    body = {"gtin": LETTUCE, "lot": "FOLLOW", "amount": "1.25"}
    response = town.post(FARM, "/lots", body, key="follow me")
    assert response.status_code == 202
    accepted = response.json()
    assert response.headers["location"] == f"/api/v1/operations/{accepted['id']}"
    assert accepted["state"] == "accepted"
    assert accepted["acts"][0]["act"] == "CommissionItem"
    assert accepted["acts"][0]["amount"] == 1250

    town.settle()
    followed = town.get(response.headers["location"], FARM).json()
    assert followed["state"] in ("included", "final")
    assert followed["transaction"].startswith("0x")
    item = town.get(f"/api/v1/items/01/{LETTUCE}/10/FOLLOW").json()
    assert (item["made"], item["unit"], item["maker"]["gln"]) == ("1.25", "KGM", GLNS[FARM])


def test_a_repeat_is_answered_with_the_same_operation(town):
    body = {"gtin": LETTUCE, "lot": "TWICE", "amount": 1}
    first = town.post(FARM, "/lots", body, key="twice").json()
    town.settle()
    again = town.post(FARM, "/lots", body, key="twice")
    assert again.status_code == 202
    assert again.json()["id"] == first["id"]
    assert again.json()["state"] in ("included", "final")
    other = town.post(FARM, "/lots", body | {"amount": 2}, key="twice")
    assert (other.status_code, other.json()["code"]) == (422, "IdempotencyKeyReused")
    elsewhere = town.post(FARM, "/disposals", body, key="twice")
    assert elsewhere.json()["code"] == "IdempotencyKeyReused"


def test_what_is_still_on_its_way_counts_already(town):
    product = "09521234000099"
    described = {"name": {"en": "Kale"}}
    body = {"gtin": product, "unit": "KGM", "decimals": 1, "description": described}
    assert town.post(FARM, "/products", body).status_code == 202
    lot = {"gtin": product, "lot": "K1", "amount": "10.5"}
    assert town.post(FARM, "/lots", lot).status_code == 202
    assert town.post(FARM, "/disposals", lot | {"reason": "sampled"}).status_code == 202
    assert town.post(FARM, "/disposals", lot).json()["code"] == "HoldingTooSmall"
    town.settle()
    assert town.get(f"/api/v1/items/01/{product}/10/K1").json()["disposed"] == "10.5"


LOT = {"gtin": LETTUCE, "lot": "ROM-1"}
LINE = LOT | {"amount": "1"}


@pytest.mark.parametrize(
    ("org", "path", "body", "status", "code", "field"),
    [
        (FARM, "/lots", {"gtin": "09521234000014", "lot": "A", "amount": 1}, 422,
         "CommandInvalid", "gtin"),
        (FARM, "/lots", LOT | {"amount": "0.0001"}, 422, "CommandInvalid", "amount"),
        (FARM, "/lots", LOT | {"amount": "-1"}, 422, "CommandInvalid", "amount"),
        (FARM, "/lots", LOT | {"amount": True}, 422, "CommandInvalid", None),
        (FARM, "/lots", LOT, 422, "CommandInvalid", "amount"),
        (FARM, "/lots", LINE | {"colour": "green"}, 422, "CommandInvalid", "colour"),
        (FARM, "/lots", LINE | {"lot": "x" * 21}, 422, "CommandInvalid", "gtin"),
        (FARM, "/lots", LINE | {"lot": "名"}, 422, "CommandInvalid", "gtin"),
        (FARM, "/lots", LINE | {"expiry": "1969-01-01"}, 422, "CommandInvalid", "expiry"),
        (FARM, "/lots", LINE | {"expiry": "2030-01-01T00:00:00"}, 422, "CommandInvalid", "expiry"),
        (FARM, "/lots", LINE | {"expiry": "0001-01-01T00:00:00+14:00"}, 422, "CommandInvalid",
         "expiry"),
        (FARM, "/lots", LINE | {"expiry": "9999-12-31T23:59:59-14:00"}, 409, "ExpiryDiffers",
         None),
        (FARM, "/lots", LINE | {"expiry": 20300101}, 422, "CommandInvalid", "expiry"),
        (PACKER, "/lots", LINE, 409, "NotAMaker", None),
        (SHOP, "/lots", LINE, 409, "RoleMissing", None),
        (FARM, "/lots", {"gtin": "09521234000105", "lot": "A", "amount": 1}, 409,
         "ProductUnknown", None),
        (FARM, "/products", {"gtin": LETTUCE, "unit": "KGM", "description": {"name": {"en": "x"}}},
         409, "ProductAlreadyExists", None),
        (FARM, "/products", {"gtin": SALAD, "unit": "KGM", "description": {"name": {"en": "x"}}},
         409, "PrefixNotOwned", None),
        (FARM, "/products", {"gtin": "09521234000204", "unit": "kilo",
         "description": {"name": {"en": "x"}}}, 422, "CommandInvalid", "unit"),
        (FARM, "/products", {"gtin": "09521234000204", "unit": "KGM", "description": {}}, 422,
         "CommandInvalid", "description.name"),
        (FARM, "/shipments", {"reference": "R", "receiver": GLNS[SHOP], "lines": [
            LOT | {"amount": "9999999"}]}, 409, "HoldingTooSmall", None),
        (FARM, "/shipments", {"reference": "R", "receiver": 77, "lines": [LINE]}, 422,
         "CommandInvalid", "receiver"),
        (FARM, "/shipments", {"reference": "R", "receiver": "9521234000007", "lines": [LINE]},
         422, "CommandInvalid", "receiver"),
        (FARM, "/shipments", {"reference": "R", "receiver": FARM, "lines": [LINE]}, 409,
         "ReceiverInvalid", None),
        (FARM, "/shipments", {"receiver": SHOP, "lines": [LINE]}, 422, "CommandInvalid",
         "reference"),
        (FARM, "/shipments", {"reference": "R", "receiver": SHOP, "lines": []}, 422,
         "CommandInvalid", "lines"),
        (FARM, "/shipments", {"reference": "R", "receiver": SHOP, "lines": [LINE, LINE]}, 422,
         "CommandInvalid", "lines"),
        (FARM, "/shipments", {"reference": "R", "receiver": SHOP,
         "lines": [LINE, {"amount": 1}]}, 422, "CommandInvalid", "lines[1]"),
        (FARM, "/shipments", {"reference": "R", "receiver": SHOP,
         "lines": [{"item": f"https://id.gs1.org/01/{LETTUCE[:-1]}9/10/A", "amount": 1}]}, 422,
         "CommandInvalid", "lines[0].item"),
        (SHOP, "/receipts", {"shipper": FARM, "reference": "NEVER"}, 409, "ShipmentUnknown", None),
        (SHOP, "/receipts", {"shipper": FARM, "reference": "DN-1"}, 409, None, None),
        (PACKER, "/receipts", {"shipper": FARM, "reference": "DN-1"}, 409, "NotInTransit", None),
        (SHOP, "/sales", {"gtin": SALAD, "serial": "7K3M9QX2HB"}, 409, "HoldingTooSmall", None),
        (SHOP, "/sales", {"gtin": SALAD, "lot": "SAL-B", "amount": 1}, 409, "ItemIsRecalled",
         None),
        (FARM, "/recalls", {"items": [{"gtin": SALAD, "lot": "SAL-A"}], "notice": {"en": "x"}},
         409, "NotAllowedToRecall", None),
        (PACKER, "/releases", {"items": [{"gtin": SALAD, "lot": "SAL-A"}], "notice": {"en": "x"}},
         409, "ItemIsNotRecalled", None),
        (PACKER, "/packings", {"sscc": "1", "lines": [LINE]}, 422, "CommandInvalid", "sscc"),
        (PACKER, "/units", {"gtin": SALAD}, 422, "CommandInvalid", "serials"),
        (PACKER, "/units", {"gtin": SALAD, "count": 51}, 422, "CommandInvalid", "count"),
        (FARM, "/corrections", {"statement": "0x12"}, 422, "CommandInvalid", "statement"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_with_its_reason(town, org, path, body, status, code, field):
    response = town.post(org, path, body)
    problem = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status), problem
    assert code is None or problem["code"] == code
    assert field is None or problem["field"] == field
    assert problem["detail"]


def test_a_refusal_names_names_and_speaks_the_language(town):
    body = {"reference": "R", "receiver": SHOP, "lines": [LOT | {"amount": "9999.5"}]}
    english = town.post(FARM, "/shipments", body).json()
    held = text_of_amount(english["values"]["held"], 3)
    assert english["detail"] == (
        f"Green Valley Farm holds {held} kg of Romaine lettuce, lot ROM-1; 9,999.5 kg are wanted."
    )
    chinese = town.post(FARM, "/shipments", body, **{"Accept-Language": "zh-CN"}).json()
    assert chinese["detail"] == (f"罗马生菜，批次 ROM-1：绿谷农场持有 {held} kg，需要 9,999.5 kg。")
    assert chinese["title"] == "账本规则不允许这样做"


def test_units_get_serials_nobody_can_guess(town):
    accepted = town.act(PACKER, "/units", {"gtin": SALAD, "count": 3, "lot": "SAL-A"})
    (act,) = accepted["acts"]
    items = [bytes.fromhex(output["item"][2:]) for output in act["outputs"]]
    serials = [item[9:29].decode() for item in items]
    assert len(set(serials)) == 3
    assert all(len(serial) == 20 for serial in serials)
    assert town.get(f"/01/{SALAD}/10/SAL-A/21/{serials[0]}").status_code == 200


def test_makers_yields_and_descriptions_of_a_product(town):
    gtin = "09521235000203"
    town.act(PACKER, "/products", {
        "gtin": gtin, "unit": "KGM", "decimals": 2, "description": {"name": {"en": "Mix"}},
    })  # fmt: skip
    town.act(PACKER, f"/products/{gtin}/makers", {"maker": GLNS[FARM]})
    town.act(PACKER, f"/products/{gtin}/yields", {"input": LETTUCE, "of": "1", "gives": "0.80"})
    new = {"name": {"en": "Mixed leaves"}, "net_content": "1 kg"}
    town.act(PACKER, f"/products/{gtin}/descriptions", new)
    found = town.get(f"/api/v1/products/{gtin}").json()
    assert (found["name"], found["description"]) == ("Mixed leaves", new)
    assert [maker["organisation"] for maker in found["makers"]] == [FARM]
    (declared,) = found["yields"]
    assert Decimal(declared["gives"]) / Decimal(declared["of"]) == Decimal("0.8")
    made = {"inputs": [LINE], "outputs": [{"gtin": gtin, "lot": "M", "amount": "0.81"}]}
    assert town.post(FARM, "/transformations", made).json()["code"] == "YieldExceeded"


def test_a_shipment_is_refused_in_part_and_taken_back_in_part(town):
    town.act(FARM, "/lots", {"gtin": LETTUCE, "lot": "BACK", "amount": 10})
    lot = {"gtin": LETTUCE, "lot": "BACK"}
    town.act(FARM, "/shipments", {
        "reference": "DN-B", "receiver": PACKER, "lines": [lot | {"amount": 10}],
    })  # fmt: skip
    refused = {"shipper": FARM, "reference": "DN-B", "reason": "damaged",
               "lines": [lot | {"amount": 3}]}  # fmt: skip
    town.act(PACKER, "/rejections", refused)
    town.act(PACKER, "/receipts", {
        "shipper": FARM, "reference": "DN-B", "lines": [lot | {"amount": 2}],
    })  # fmt: skip
    town.act(FARM, "/cancellations", {"reference": "DN-B"})
    (line,) = town.get("/api/v1/shipments/1/DN-B").json()["lines"]
    sums = {name: line[name] for name in ("shipped", "received", "rejected", "taken_back", "open")}
    assert sums == {
        "shipped": "10", "received": "2", "rejected": "3", "taken_back": "5", "open": "0",
    }  # fmt: skip


def test_pallets_are_read_by_their_number(town):
    found = town.get(f"/api/v1/logistic-units/{SSCC}").json()
    assert found["holder"]["organisation"] == SHOP
    assert found["contents"][0]["item"]["lot"] == "SAL-A"
    assert found["contents"][0]["amount"] == "40"
