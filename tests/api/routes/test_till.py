"""The till: sold, earned, taken back, undone, on a real chain and while its node is away."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.commands import VoidUnits
from ledger.vocabulary import OrgId, Verdict, VoidReason, lot, unit
from records import outbox, till
from records.engine import reading
from records.outbox import State
from records.scans import history
from tests.api.routes.test_relay import signed
from tests.api.scans.shoppers import TOKYO, Street, places_database
from tests.api.shop import BOWLS, LOOSE, PLAIN, SERIAL, UNITS, Shop, open_shop
from tests.api.town import FARM, GLNS, LETTUCE, NOTICE, PACKER, SALAD, SHOP

pytestmark = pytest.mark.chain
LOT = lot(SALAD, "SAL-A").id


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with open_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def purposes(receipt: dict[str, Any]) -> list[str]:
    return [each["purpose"] for each in receipt["operations"]]


def test_one_call_sells_units_lots_and_serialised_things_and_earns(shop: Shop) -> None:
    before = shop.member()["pending"]
    made = shop.sell(
        {"code": f"]d201{SALAD}21{shop.serials[0]}", "price": 399},
        {"code": f"(01){SALAD}(21){shop.serials[1]}", "price": 399},
        {"code": f"{LETTUCE} ROM-1", "quantity": "0.525", "price": 210},
        {"code": f"https://id.gs1.org/01/{SALAD}/10/SAL-B", "quantity": 2, "price": 0},
        {"code": f"01{SALAD}21{SERIAL}\r", "price": 1000},
        card=shop.card,
    )
    assert (made["total"], made["points"], made["status"]) == (2008, 200, "accepted")
    assert sum(line["points"] for line in made["lines"]) == 200
    assert [line["index"] for line in made["lines"]] == [0, 1, None, None, None]
    assert purposes(made) == ["sale", "sale", "award"]
    shop.town.settle()
    assert shop.receipt(made)["status"] == "recorded"
    assert (shop.held(LOOSE), shop.held(PLAIN)) == ("59.475", "48")
    assert shop.member()["pending"] == before + 200
    with reading(shop.town.services.records) as records:
        (seen,) = history(records, unit(SALAD, shop.serials[0]).id)
        assert (seen.details.kind, seen.details.site) == ("till", GLNS[SHOP])


def test_a_repeat_is_the_same_receipt_and_another_request_is_not(shop: Shop) -> None:
    body = shop.sale({"code": shop.code(2), "price": 100})
    first = shop.ask("/till/sales", body, key="again")
    assert shop.ask("/till/sales", body, key="again")["id"] == first["id"]
    other = shop.town.post(SHOP, "/till/sales", {**body, "number": "T-x"}, key="again")
    assert (other.status_code, other.json()["code"]) == (422, "IdempotencyKeyReused")
    again = shop.refused("/till/sales", {**shop.sale(), **body}, "CommandInvalid", 422)
    assert again["field"] == "number"


def test_what_must_not_be_sold_is_refused_with_what_to_do_and_nothing_is_half_done(
    shop: Shop,
) -> None:
    shop.sell({"code": shop.code(3), "price": 100})
    held, fine = shop.held(PLAIN), {"code": f"{SALAD}/SAL-B", "quantity": 1, "price": 5}
    for code, refusal in (
        (shop.code(3), "UnitAlreadySold"),
        (shop.code(UNITS - 1), "UnitNotActivated"),
        (f"{SALAD} 0000000000", "ItemUnknown"),
        (f"(01){SALAD}(10)SAL-B(21){shop.serials[4]}", "LotDiffers"),
    ):
        told = shop.refused("/till/sales", shop.sale(fine, {"code": code, "price": 5}), refusal)
        assert told["values"]["line"] == 2
        assert "Do not sell it" in told["detail"], told
    for body, field in (
        (shop.sale(fine, {"code": SALAD, "price": 1}), "lines[1].code"),
        (shop.sale(fine, {"code": "nonsense", "price": 1}), "lines[1].code"),
        (shop.sale({"code": f"{SALAD}/SAL-B", "price": 1}), "lines[0].quantity"),
        (shop.sale({"code": shop.code(4), "quantity": 2, "price": 1}), "lines[0].quantity"),
        (shop.sale(fine, card="9000"), "card"),
    ):
        assert shop.refused("/till/sales", body, "CommandInvalid", 422)["field"] == field
    twice = shop.sale({"code": shop.code(4), "price": 1}, {"code": shop.code(4), "price": 1})
    shop.refused("/till/sales", twice, "UnitAlreadySold")
    much = shop.sale({"code": f"{SALAD}/SAL-B", "quantity": 1000, "price": 1})
    assert "Record the delivery" in shop.refused("/till/sales", much, "HoldingTooSmall")["detail"]
    shop.refused("/till/sales", shop.sale(fine), "RoleMissing", org=FARM)
    shop.town.settle()
    assert shop.held(PLAIN) == held
    with reading(shop.town.services.records) as records:
        scans = history(records, unit(SALAD, shop.serials[3]).id)
        assert [each.details.verdict for each in scans] == [Verdict.REGISTERED, Verdict.SOLD]


def test_a_return_takes_back_exactly_its_goods_and_points(shop: Shop) -> None:
    before = shop.member()["pending"]
    made = shop.sell(
        {"code": f"{SALAD}/SAL-B", "quantity": 3, "price": 1000},
        {"code": shop.code(5), "price": 505},
        card=shop.card,
    )
    assert made["points"] == 150
    held = int(shop.held(PLAIN)) - 3
    part = {"receipt": made["number"], "lines": [{"line": 1, "quantity": 1}]}
    first = shop.ask("/till/returns", part)
    assert (first["kind"], first["total"], first["points"]) == ("return", 333, 33)
    assert purposes(first) == ["return", "clawback"]
    shop.refused(
        "/till/returns", {"receipt": made["id"], "lines": [{"line": 1, "quantity": 3}]},
        "SoldTooSmall",
    )  # fmt: skip
    rest = shop.ask("/till/returns", {"receipt": made["id"], "lines": [{"line": 1}]})
    by_unit = shop.ask("/till/returns", {"lines": [{"code": shop.code(5)}]})
    assert by_unit["sale"] == made["id"]
    assert first["points"] + rest["points"] + by_unit["points"] == 150
    assert first["total"] + rest["total"] == 1000
    shop.town.settle()
    assert int(shop.held(PLAIN)) == held + 3
    assert shop.member()["pending"] == before
    assert shop.difference() == 0
    assert [line["returned"] for line in shop.receipt(made)["lines"]] == ["3", "1"]
    shop.refused("/till/returns", {"lines": [{"code": shop.code(5)}]}, "UnitNotSold")
    shop.sell({"code": shop.code(5), "price": 505})  # and is sold again


def test_only_who_sold_takes_back(shop: Shop) -> None:
    made = shop.sell({"code": shop.code(6), "price": 100})
    shop.town.settle()
    by_receipt = {"receipt": made["id"], "lines": [{"line": 1}]}
    shop.refused("/till/returns", by_receipt, "NotFound", 404, org=PACKER)
    shop.refused("/till/returns", {"lines": [{"code": shop.code(6)}]}, "NotTheSeller", org=PACKER)
    loose = {"lines": [{"code": f"{LETTUCE}/ROM-1", "quantity": 1}]}
    assert shop.refused("/till/returns", loose, "CommandInvalid", 422)["field"] == "receipt"
    shop.refused("/till/returns", {"receipt": "T-none", "lines": [{"line": 1}]}, "NotFound", 404)
    wrong = {"receipt": made["id"], "lines": [{"line": 9}]}
    shop.refused("/till/returns", wrong, "CommandInvalid", 422)
    other = {"receipt": made["id"], "lines": [{"code": shop.code(7)}]}
    shop.refused("/till/returns", other, "NotOnAReceipt")


def test_the_last_sale_is_undone_once_and_soon(shop: Shop) -> None:
    before = shop.member()["pending"]
    older = shop.sell({"code": shop.code(8), "price": 1000})
    last = shop.sell({"code": shop.code(9), "price": 1000}, card=shop.card)
    site = {"site": GLNS[SHOP]}
    shop.refused("/till/undos", {**site, "receipt": older["id"]}, "NotTheLastSale")
    undone = shop.ask("/till/undos", {**site, "receipt": last["number"]})
    assert (undone["reason"], undone["points"], undone["sale"]) == ("undo", 100, last["id"])
    assert shop.receipt(last)["undone"]
    shop.refused("/till/undos", site, "SaleIsUndone")
    shop.town.settle()
    assert shop.member()["pending"] == before
    late = shop.sell({"code": shop.code(9), "price": 1000})
    now = shop.town.services.now()
    later = shop.town.client(clock=lambda: now + 3600)
    headers = {
        "Authorization": f"Bearer {shop.town.secrets[SHOP]}", "Idempotency-Key": "too late",
    }  # fmt: skip
    told = later.post("/api/v1/till/undos", json={**site, "receipt": late["id"]}, headers=headers)
    assert told.json()["code"] == "TooLateToUndo"


def test_while_the_node_is_away_the_till_goes_on_and_all_settles_later(shop: Shop) -> None:
    shop.town.settle()
    before, held = shop.member()["pending"], int(shop.held(PLAIN))
    os.kill(shop.anvil.pid, signal.SIGSTOP)  # it takes connections and never answers
    try:
        sold = [
            shop.sell({"code": shop.code(10 + n), "price": 1000}, card=shop.card) for n in range(3)
        ]
        lot_sale = shop.sell({"code": f"{SALAD}/SAL-B", "quantity": 4, "price": 800})
        shop.refused("/till/sales", shop.sale({"code": shop.code(10), "price": 1}),
                     "UnitAlreadySold")  # fmt: skip
        back = shop.ask("/till/returns", {"lines": [{"code": shop.code(10)}]})
        again = shop.sell({"code": shop.code(10), "price": 1000})
        part = {"receipt": lot_sale["id"], "lines": [{"line": 1, "quantity": 1}]}
        some = shop.ask("/till/returns", part)
    finally:
        os.kill(shop.anvil.pid, signal.SIGCONT)
    shop.town.settle()
    everything = [*sold, lot_sale, back, again, some]
    assert [shop.receipt(each)["status"] for each in everything] == ["recorded"] * 7
    assert shop.member()["pending"] == before + 200
    assert int(shop.held(PLAIN)) == held - 3
    assert shop.difference() == 0


def test_what_is_final_before_the_mirror_has_read_it_is_planned_with(shop: Shop) -> None:
    """A slow mirror may be further behind than what counts as final."""
    shop.town.settle()
    made = shop.sell({"code": f"{SALAD}/SAL-B", "quantity": 2, "price": 200})
    waiting = [each["id"] for each in made["operations"]]
    while waiting:
        shop.town.sender.step()
        shop.anvil.mine()
        with reading(shop.town.services.records) as records:
            waiting = [x for x in waiting if outbox.get(records, x).state is not State.FINAL]
    shop.ask("/till/returns", {"receipt": made["id"], "lines": [{"line": 1}]})


def test_what_the_contract_refuses_in_the_end_leaves_no_points_and_asks_for_attention(
    shop: Shop,
) -> None:
    shop.town.settle()
    before = shop.member()["pending"]
    # Accepted by what the mirror knows; the recall comes first on chain.
    recalled = shop.town.post(PACKER, "/recalls", {"items": [PLAIN], "notice": NOTICE})
    assert recalled.status_code == 202
    with reading(shop.town.services.records) as records:
        waiting = outbox.get(records, recalled.json()["id"])
    held_back(shop, waiting, "till then")
    made = shop.sell({"code": f"{SALAD}/SAL-B", "quantity": 1, "price": 900}, card=shop.card)
    held_back(shop, waiting, None)
    for _ in range(50):
        shop.town.sender.step()
    shop.town.settle()
    found = shop.receipt(made)
    assert found["status"] == "attention"
    assert [each["state"] for each in found["operations"]] == ["refused", "refused"]
    assert found["attention"]
    assert shop.member()["pending"] == before
    listed = shop.town.get("/api/v1/till/receipts?attention=true", SHOP).json()["entries"]
    assert [each["id"] for each in listed] == [made["id"]]
    back = shop.ask("/till/undos", {"site": GLNS[SHOP]})  # money goes back; nothing is on chain
    assert purposes(back) == []
    shop.town.act(PACKER, "/releases", {"items": [PLAIN], "notice": NOTICE})


def test_receipts_are_listed_in_pages_and_belong_to_one_seller(shop: Shop) -> None:
    first = shop.town.get("/api/v1/till/receipts?limit=2", SHOP).json()
    assert len(first["entries"]) == 2
    second = shop.town.get(f"/api/v1/till/receipts?limit=2&after={first['next']}", SHOP).json()
    seen = {each["id"] for each in (*first["entries"], *second["entries"])}
    assert len(seen) == 4
    assert shop.town.get("/api/v1/till/receipts", FARM).json()["entries"] == []
    assert shop.town.get(f"/api/v1/till/receipts/{min(seen)}", FARM).status_code == 404
    mine = shop.town.get(f"/api/v1/till/receipts?card={shop.card}", SHOP).json()["entries"]
    assert {each["card"] for each in mine} == {shop.card}
    written = f"/api/v1/till/receipts?card={shop.card[:4]} {shop.card[4:]}"
    assert shop.town.get(written, SHOP).json()["entries"] == mine
    assert shop.town.get("/api/v1/till/receipts").status_code == 401


def test_a_day_is_recorded_at_once_or_not_at_all(shop: Shop) -> None:
    shop.town.settle()
    before, held = shop.member()["pending"], int(shop.held(PLAIN))
    sales = [
        shop.sale({"code": f"{SALAD}/SAL-B", "quantity": 1, "price": 100 * n}, card=shop.card)
        for n in range(1, 4)
    ]
    back = {"receipt": sales[1]["number"], "lines": [{"line": 1}]}
    bad = {"receipt": sales[1]["number"], "lines": [{"line": 2}]}
    entries = [{"sale": each} for each in sales]
    wrong = shop.refused("/till/batches", {"entries": [*entries, {"return": bad}]},
                         "CommandInvalid", 422)  # fmt: skip
    assert wrong["field"] == "entries[3].lines[0].line"
    shop.refused("/till/batches", {"entries": [{}]}, "CommandInvalid", 422)
    made = shop.ask("/till/batches", {"entries": [{"return": back}, *entries]})["entries"]
    assert [each["kind"] for each in made] == ["sale"] * 3 + ["return"]
    assert len({each["id"] for one in made for each in one["operations"]}) == 4
    shop.town.settle()
    assert shop.member()["pending"] == before + 40
    assert int(shop.held(PLAIN)) == held - 2
    assert shop.difference() == 0


def test_no_sale_is_lost_for_want_of_points(shop: Shop) -> None:
    dear = shop.sell({"code": f"{SALAD}/SAL-B", "quantity": 1, "price": 10**8}, card=shop.card)
    assert (dear["points"], dear["no_points"]) == (0, "DailyCapExceeded")
    other = shop.sale({"code": f"{SALAD}/SAL-B", "quantity": 1, "price": 5}, card=shop.card)
    shop.refused("/till/sales", {**other, "programme": 99}, "ProgrammeUnknown")
    shop.town.settle()
    assert shop.receipt(dear)["status"] == "recorded"


def test_a_pack_that_was_claimed_with_its_code_gives_its_points_back(shop: Shop) -> None:
    town = shop.town
    town.act(SHOP, "/programmes/1/partners", {"partner": PACKER, "rights": ["earn"]})
    town.act(PACKER, "/programmes/1/earnings", {**BOWLS, "issue": 1, "points": 25})
    shop.sell({"code": shop.code(20), "price": 100})
    town.settle()
    before = shop.member()["pending"]
    pack = {"gtin": SALAD, "serial": shop.serials[20], "code": shop.codes[20]}
    asked = {"card": shop.card, **pack}
    claimed = town.post(SHOP, "/member-claims", asked)
    assert claimed.status_code == 202, claimed.text
    # The claim is still on its way: what takes its points back comes after it.
    back = shop.ask("/till/returns", {"lines": [{"code": shop.code(20)}]})
    assert purposes(back) == ["return", "clawback"]
    town.settle()
    assert shop.receipt(back)["status"] == "recorded"
    assert shop.member()["pending"] == before
    assert shop.difference() == 0


def test_points_of_the_receipt_go_back_although_the_pack_s_claim_is_refused_in_the_end(
    shop: Shop,
) -> None:
    """The maker voids the code by an act that another brings: only the contract knows of it."""
    town, place = shop.town, 21
    made = shop.sell({"code": shop.code(place), "price": 1000}, card=shop.card)
    assert made["points"] == 100
    town.settle()
    before = shop.member()["pending"]
    void = [VoidUnits(LOT, 1, place, 1, VoidReason.REVEALED)]
    brought = {"operations": [signed(town, PACKER, void, 2**91)]}  # type: ignore[no-untyped-call]
    assert town.post(SHOP, "/relay", brought).status_code == 202
    pack = {"gtin": SALAD, "serial": shop.serials[place], "code": shop.codes[place]}
    assert town.post(SHOP, "/member-claims", {"card": shop.card, **pack}).status_code == 202
    back = shop.ask("/till/returns", {"receipt": made["id"], "lines": [{"line": 1}]})
    assert purposes(back) == ["return", "clawback", "clawback"]
    town.settle()
    found = shop.receipt(back)["operations"]
    assert [each["state"] == "refused" for each in found] == [False, False, True]
    assert shop.member()["pending"] == before - 100
    assert shop.difference() == 0


def test_a_unit_comes_back_as_one(shop: Shop) -> None:
    lines = [{"code": shop.code(22), "price": 100}]
    made = shop.sell(*lines)
    for many in ("2", "0.5", "one"):
        body = {"receipt": made["id"], "lines": [{"line": 1, "quantity": many}]}
        assert shop.refused("/till/returns", body, "CommandInvalid", 422)["field"] == (
            "lines[0].quantity"
        )
    body = {"receipt": made["id"], "lines": [{"line": 1, "quantity": "1"}]}
    assert len(shop.ask("/till/returns", body)["lines"]) == 1


def test_a_return_finds_a_number_that_the_till_has_not_used(shop: Shop) -> None:
    line = {"code": f"{LETTUCE}/ROM-1", "quantity": "0.002", "price": 100}
    made = shop.sell(line)
    shop.sell({**line, "price": 1}, number=f"{made['number']}-R1")
    part = {"receipt": made["id"], "lines": [{"line": 1, "quantity": "0.001"}]}
    numbers = [shop.ask("/till/returns", part)["number"] for _ in range(2)]
    assert numbers == [f"{made['number']}-R2", f"{made['number']}-R3"]


def test_where_a_till_s_connection_comes_from_is_kept_with_what_it_reads(
    shop: Shop, tmp_path: Path
) -> None:
    street = Street(shop.town, places_database=places_database(tmp_path / "places.mmdb"))
    sent = {
        "Authorization": f"Bearer {shop.town.secrets[SHOP]}",
        "Content-Type": "application/json",
    }
    till_at = street.shopper(TOKYO)
    body = shop.sale({"code": shop.code(23), "price": 100})
    for path, asked in (
        ("sales", body),
        ("sales", {**body, "number": "again"}),  # refused, and kept as well
        ("returns", {"lines": [{"code": shop.code(23)}]}),
    ):
        key = {"Idempotency-Key": f"{path} {asked.get('number')}"}
        till_at.post(f"/api/v1/till/{path}", json=asked, headers={**sent, **key})
    with reading(shop.town.services.records) as records:
        read = history(records, unit(SALAD, shop.serials[23]).id)
    assert [each.details.kind for each in read] == ["till", "till", "return"]
    assert {each.details.country for each in read} == {"JP"}
    assert all(each.details.latitude is not None for each in read)


def test_a_forgotten_member_stands_on_no_receipt(shop: Shop) -> None:
    with shop.town.services.records.begin() as records:
        totals = [each.total for each in till.recent(records, OrgId(SHOP), limit=100)]
        assert till.forget_card(records, shop.card)
        assert not till.purchases_of(records, shop.card)
        assert [each.total for each in till.recent(records, OrgId(SHOP), limit=100)] == totals
        assert {each.index for each in till.receipts_with(records, LOT)} >= {0, 1}


def held_back(shop: Shop, operation: outbox.Operation, why: str | None) -> None:
    """Keeps an operation from being sent, and out of what is planned with."""
    from records.schema import outbox as table  # noqa: PLC0415

    state = State.REFUSED if why else State.ACCEPTED
    with shop.town.services.records.begin() as records:
        records.execute(
            table.update().where(table.c.seq == operation.seq).values(state=state, attention=why)
        )
