"""What is on record is read as JSON: by anyone, except what is an organisation's own."""

import pytest

from ledger.hashing import sha256
from tests.api.town import FARM, GLNS, LETTUCE, NOTICE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
ROM, SAL_A, SAL_B = (
    f"01/{LETTUCE}/10/ROM-1",
    f"01/{SALAD}/10/SAL-A",
    f"01/{SALAD}/10/SAL-B",
)


def test_a_product_with_its_description(town):
    found = town.get(f"/api/v1/products/{LETTUCE.lstrip('0')}").json()
    assert found["product"]["id"] == f"https://id.gs1.org/01/{LETTUCE}"
    assert found["product"]["url"] == f"https://id.town.example/01/{LETTUCE}"
    assert (found["name"], found["unit"], found["decimals"]) == ("Romaine lettuce", "KGM", 3)
    assert found["owner"] == {
        "organisation": FARM, "gln": GLNS[FARM], "name": "Green Valley Farm",
    }  # fmt: skip
    document = town.get(f"/api/v1/documents/{found['document']}")
    assert "0x" + sha256(document.content).hex() == found["document"]
    assert document.json() == found["description"]


def test_names_come_in_the_readers_language(town):
    chinese = {"Accept-Language": "zh-CN"}
    found = town.get(f"/api/v1/products/{LETTUCE}", **chinese).json()
    assert (found["name"], found["owner"]["name"]) == ("罗马生菜", "绿谷农场")


def test_an_item_with_holdings_in_transit_and_recall(town):
    found = town.get(f"/api/v1/items/{SAL_B}").json()
    assert found["item"]["lot"] == "SAL-B"
    assert (found["made"], found["disposed"], found["unit"]) == ("200", "10", "EA")
    assert found["recalled_by"]["organisation"] == PACKER
    assert found["expiry"] == "2035-06-30T23:59:59Z"
    (holding,) = found["holdings"]
    assert (holding["holder"]["organisation"], holding["amount"]) == (SHOP, "190")
    notice = town.get(f"/api/v1/documents/{found['recall_document']}").json()
    assert notice["notice"] == NOTICE
    assert town.get(f"/api/v1/holdings/{SAL_B}").json() == found["holdings"]


def test_lists_go_on_where_they_stopped(town):
    everything = town.get("/api/v1/items?limit=200").json()["entries"]
    pages, after = [], ""
    while True:
        answer = town.get(f"/api/v1/items?limit=2{after}").json()
        pages += answer["entries"]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert pages == everything
    assert len(pages) >= 4
    own = town.get(f"/api/v1/items?gtin={LETTUCE}&organisation={PACKER}").json()["entries"]
    assert {each["item"]["gtin"] for each in own} == {LETTUCE}


@pytest.mark.parametrize("path", ["products", "organisations", "shipments", "findings", "holdings"])
def test_every_list_takes_its_own_cursor(town, path):
    first = town.get(f"/api/v1/{path}?limit=1").json()
    assert set(first) == {"entries", "next"}
    if first["next"]:
        following = town.get(f"/api/v1/{path}?limit=1&after={first['next']}")
        assert following.status_code == 200
        assert following.json()["entries"] != first["entries"]


def test_holdings_of_an_organisation(town):
    held = town.get(f"/api/v1/holdings?organisation={SHOP}").json()["entries"]
    assert {each["holder"]["organisation"] for each in held} == {SHOP}
    assert {each["item"]["lot"] for each in held} >= {"SAL-A", "SAL-B"}


def test_a_trace_is_nodes_and_edges(town):
    graph = town.get(f"/api/v1/trace/{SAL_A}").json()
    depths = {node["item"]["lot"]: node["depth"] for node in graph["nodes"] if node["item"]["lot"]}
    assert (depths["ROM-1"], depths["SAL-A"]) == (-1, 0)
    edge = next(e for e in graph["edges"] if e["source"]["lot"] == "ROM-1")
    assert (edge["target"]["lot"], edge["amount_in"], edge["amount_out"]) == ("SAL-A", "100", "200")
    assert edge["fact"]
    assert edge["organisation"]["name"] == "Fresh Packing"
    down = town.get(f"/api/v1/trace/{ROM}?direction=down").json()
    assert {"SAL-A", "SAL-B"} <= {node["item"]["lot"] for node in down["nodes"]}
    assert all(node["depth"] >= 0 for node in down["nodes"])
    moved = [move["kind"] for move in town.get(f"/api/v1/trace/{ROM}").json()["custody"]]
    assert moved[:3] == ["commissioned", "shipped", "received"]


def test_a_story_tells_acts_with_their_place_in_the_chain(town):
    story = town.get(f"/api/v1/stories/{ROM}").json()
    assert [step["headline"] for step in story[:3]] == [
        "Made", "Sent to Fresh Packing", "Arrived from Green Valley Farm",
    ]  # fmt: skip
    (made,) = story[0]["events"]
    assert (made["event"], made["fields"]["amount"]) == ("ItemCommissioned", "500.5")
    assert made["fields"]["item"] == f"https://id.gs1.org/{ROM}"
    assert made["block"] > 0


def test_shipments_are_found_by_either_end(town):
    for org in (FARM, PACKER):
        sent = town.get(f"/api/v1/shipments?organisation={org}").json()["entries"]
        assert "DN-1" in {each["shipment"]["reference"] for each in sent}
    assert town.get("/api/v1/shipments?open=true").status_code == 200
    assert town.get("/api/v1/shipments/2/DN-2").json()["receiver"]["organisation"] == SHOP


def test_organisations_with_keys_and_prefixes(town):
    found = town.get(f"/api/v1/organisations/{PACKER}").json()
    assert found["prefixes"] == [GLNS[PACKER][:7]]
    assert found["roles"] == ["maker"]
    assert len(found["keys"]) == 1
    assert town.get("/api/v1/organisations").json()["entries"][0]["party"]["organisation"] == FARM


def test_search_by_whatever_is_in_hand(town):
    for text, kind in [
        (LETTUCE, "product"), ("SAL-A", "lot"), ("sal-a", "lot"), ("7k3m9qx2hb", "unit"),
        (GLNS[SHOP], "organisation"),
    ]:  # fmt: skip
        hits = town.get(f"/api/v1/search?q={text}").json()
        assert kind in {hit["kind"] for hit in hits}, text


def test_operations_are_seen_by_their_organisation_only(town):
    mine = town.get("/api/v1/operations", FARM).json()["entries"]
    assert {each["organisation"]["organisation"] for each in mine} == {FARM}
    one = f"/api/v1/operations/{mine[0]['id']}"
    assert town.get(one, FARM).status_code == 200
    assert town.get(one, SHOP).status_code == 404
    assert town.get(one).status_code == 401
    assert town.get("/api/v1/operations").headers["www-authenticate"] == "Bearer"
    part = town.get("/api/v1/operations?limit=1", FARM).json()
    rest = town.get(f"/api/v1/operations?after={part['next']}", FARM).json()["entries"]
    assert part["entries"] + rest[:1] == mine[:2]


def test_an_account_is_who_the_key_acts_for(town):
    found = town.get("/api/v1/account", SHOP).json()
    assert found["organisation"]["name"] == "Corner Shop"
    assert found["scopes"] == ["read", "write"]


def test_the_status_names_head_and_lag(town):
    town.settle()
    for path in ("/api/v1/status", "/readyz"):
        response = town.get(path)
        found = response.json()
        assert (response.status_code, found["state"], found["lag"]) == (200, "current", 0)
        assert found["chain_head"] == found["indexed_block"] == found["verified_block"]
        assert found["facts"] > 10


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/products/09521234000105", f"/api/v1/items/01/{SALAD}/10/NONE",
        f"/api/v1/trace/01/{SALAD}/10/NONE", f"/api/v1/stories/01/{SALAD}/10/NONE",
        "/api/v1/shipments/1/NONE", "/api/v1/organisations/99",
        "/api/v1/logistic-units/095212350000000029", f"/api/v1/statements/{'0' * 64}",
        f"/api/v1/documents/{'0' * 64}", f"/trace/01/{SALAD}/10/NONE", "/api/v1/nothing",
    ],
)  # fmt: skip
def test_what_is_not_there_is_404(town, path):
    response = town.get(path, accept="application/json")
    assert (response.status_code, response.json()["code"]) == (404, "NotFound")
